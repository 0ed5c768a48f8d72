/** Megabytes of text a second and core, by signal group: CPU time, so that other work on the machine does not count. */
import { DocumentText } from '../../src/corpus/signals/document-text.js';
import {
  languageGroup,
  qualityGroup,
  repetitionGroup,
  type SignalGroup,
} from '../../src/corpus/signals/index.js';

export interface SignalRate {
  name: string;
  /** 10^6 UTF-8 bytes a CPU second. */
  megabytesPerSecond: number;
  cpuSeconds: number;
}

/** Groups that need only the text. */
export function textGroups(): SignalGroup[] {
  return [
    repetitionGroup('dclm'),
    repetitionGroup('datatrove'),
    repetitionGroup('dolma'),
    qualityGroup(),
    languageGroup(),
  ];
}

/** Measures each group alone, segmentation included, after a pass over a tenth of the texts to warm up. */
export async function signalRates(texts: string[], groups = textGroups()): Promise<SignalRate[]> {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const rates = [rate('words', bytes, texts, (text) => text.words.count)];
  for (const group of groups) {
    const measure = await group.open();
    rates.push(rate(group.name, bytes, texts, measure));
  }
  return rates;
}

function rate(
  name: string,
  bytes: number,
  texts: string[],
  measure: (text: DocumentText) => unknown,
): SignalRate {
  const warmUp = texts.filter((_, i) => i % 10 === 0);
  for (const text of warmUp) measure(new DocumentText(text));
  const start = process.cpuUsage();
  for (const text of texts) measure(new DocumentText(text));
  const { user, system } = process.cpuUsage(start);
  const cpuSeconds = (user + system) / 1e6;
  return { name, megabytesPerSecond: bytes / 1e6 / cpuSeconds, cpuSeconds };
}
