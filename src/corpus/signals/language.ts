/**
 * The language of a document by ELD (Efficient Language Detector, n-grams of bytes, 60 languages, its `small` data).
 *
 * ELD reads the first 1,000 characters that it is given, and of these about 350 bytes of letters. So that a heading or a
 * quotation does not decide alone, it is given three windows: the start, the middle and the end of the document, and
 * their scores are averaged. A text of up to 1,000 characters is one window.
 */
import type { SignalColumn, SignalGroup, SignalValue } from './signal.js';

/** UTF-16 units. */
const window = 1_000;

const columns: SignalColumn[] = [
  {
    name: 'language',
    type: 'VARCHAR',
    unit: 'none',
    range: 'ISO 639-1 code, or und',
    source: 'ELD 2 (npm eld), small data',
    meaning: 'Most likely language of the start, middle and end of the text; und if there are no words.',
  },
  {
    name: 'language_score',
    type: 'DOUBLE',
    unit: 'none',
    range: '0 to 1',
    source: 'ELD 2 (npm eld), small data',
    meaning: "Mean of the detector's scores of that language; 0 for und.",
  },
];

interface Detector {
  detect(text: string): { language: string; getScores(): Record<string, number> };
}

/** The group `language`; the detector's data (1.6 MB) is loaded when a worker opens it. */
export function languageGroup(): SignalGroup {
  return {
    name: 'language',
    version: 1,
    columns,
    open: async () => {
      const { eld } = await import('eld/small');
      return ({ text }) => ({ values: detect(eld, text) });
    },
  };
}

function detect(detector: Detector, text: string): SignalValue[] {
  const windows = windowsOf(text);
  const totals = new Map<string, number>();
  for (const part of windows) {
    const result = detector.detect(part);
    if (result.language === '') continue;
    const scores = result.getScores();
    if (windows.length === 1) return [result.language, scores[result.language] ?? 0];
    for (const language in scores) {
      totals.set(language, (totals.get(language) ?? 0) + scores[language]!);
    }
  }
  let best: [language: string, score: number] = ['und', 0];
  for (const entry of totals) if (entry[1] > best[1]) best = entry;
  return [best[0], best[1] / windows.length];
}

/** Each starts behind white space where there is some near, so that no word is cut. */
function windowsOf(text: string): string[] {
  if (text.length <= window) return [text];
  const last = text.length - window;
  return [0, last >> 1, last].map((start) => {
    const part = text.slice(start, start + window);
    const space = start === 0 ? -1 : part.slice(0, 100).search(/\s/);
    return part.slice(space + 1);
  });
}
