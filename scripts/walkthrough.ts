/**
 * Follows one document of a finished study through every stage and prints what each made of it:
 *
 *     npx tsx scripts/walkthrough.ts examples/demo/smoke.yaml [ORIGIN]
 *
 * The figures of docs/walkthrough.md come from here, and a test compares them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureStudy, readDocuments, type SignalTable } from '../src/corpus/index.js';
import { loadStudy } from '../src/load-study.js';
import type { PlanPhase, Report, StepMetric } from '../src/records.js';
import { readColumns } from '../src/store/index.js';
import { runStudy } from '../src/study.js';
import { tokenizeStudy } from '../src/tokens/index.js';
import { countExclusions, heldOutDocuments } from '../src/validation/index.js';

const silent = { stage() {}, malformed() {} };
/** The run that is followed. */
const recipe = 'natural';
const seed = 0;

/** Facts by stage, as printed and as written in the walkthrough. */
export type Facts = Record<string, Record<string, string>>;

/**
 * @param output folder of the study's results, if not the study's own
 * @param origin of a document of the source `speeches` that is trained on; default: the first that the run meets
 */
export async function walk(studyFile: string, output?: string, origin?: string): Promise<Facts> {
  const loaded = await loadStudy(studyFile);
  const study = output === undefined ? loaded : { ...loaded, run: { ...loaded.run, output } };
  const sourceName = 'speeches';
  const { context, batch } = study.proxy;

  const measured = await measureStudy(study, silent, { threads: 1 });
  const { tokenizer, sources } = await tokenizeStudy(study, measured, silent);
  const { store, documents } = sources[sourceName]!;
  const tables = Object.fromEntries(Object.entries(sources).map(([name, each]) => [name, each.documents]));
  const heldOut = heldOutDocuments(study.validate, tables, {});

  const signals = await signalsOf(sources[sourceName]!.signals);
  const { report } = await runStudy(study, { train: false });
  const run = report.runs.find((each) => each.recipe === recipe && each.seed === seed)!;
  const folder = join(study.run.output, run.folder);
  const phase = json<PlanPhase>(join(folder, 'plan', 'phase-0.json'));
  const planned = phase.sources.findIndex(({ source }) => source === sourceName);

  // The order file: (offset, tokens) a document.
  const order = new BigUint64Array(
    new Uint8Array(readFileSync(join(folder, phase.sources[planned]!.order))).buffer,
  );
  const offsets = Array.from({ length: order.length / 2 }, (_, i) => Number(order[2 * i]));
  const lengths = Array.from({ length: order.length / 2 }, (_, i) => Number(order[2 * i + 1]));
  const row = origin === undefined ? documents.offset.indexOf(offsets[0]!) : documents.origin.indexOf(origin);
  const place = offsets.indexOf(documents.offset[row]!);
  const position = lengths.slice(0, place).reduce((sum, length) => sum + length, 0);
  const first = Math.floor(position / (context + 1));
  const last = Math.floor((position + lengths[place]! - 1) / (context + 1));

  // The plan: the run's windows that come from this source, in turn.
  const sequence = readFileSync(join(folder, 'plan', 'phase-0.bin'));
  const ofSource = [...sequence.keys()].filter((window) => sequence[window] === planned);
  const step = Math.floor(ofSource[first]! / batch) + 1;
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const metric = lines
    .map((line) => JSON.parse(line) as StepMetric)
    .find((line) => line.kind === 'step' && line.step === step)!;

  const text = await textOf(documents.origin[row]!);
  const ids = [...sources[sourceName]!.readTokens(documents.offset[row]!, 8)];
  return {
    corpus: {
      origin: documents.origin[row]!,
      id: documents.id[row]!,
      begins: JSON.stringify(text.slice(0, 52)),
      bytes: count(documents.bytes[row]!),
      words: count(documents.words[row]!),
    },
    signals: {
      'words inside repeated 5-grams': percent(signals.dup_5gram_chars![row]!),
      'most frequent 2-gram': percent(signals.top_2gram_chars![row]!),
      'stop words': count(signals.stop_words![row]!),
      'documents in its cluster': count(signals.near_size![row]!),
    },
    tokens: {
      tokens: count(documents.tokens[row]!),
      'first token at': count(documents.offset[row]!),
      'first ids': ids.join(' '),
      'as text': ids.map((id) => JSON.stringify(tokenizer.decode([id]))).join(' '),
    },
    validation: {
      'held out': heldOut.exclusions[sourceName]![row] === 0 ? 'no' : 'yes',
      'held out of the source': `${count(countExclusions(heldOut.exclusions[sourceName]!)['held out'] ?? 0)} of ${count(store.documents)}`,
    },
    recipe: {
      'share asked for': percent(shareOf(report).share),
      'windows of a run': `${count(ofSource.length)} of ${count(sequence.length)}`,
      'share realised': percent(shareOf(report).realisedShare),
    },
    plan: {
      'place in the order': `${count(place + 1)} of ${count(offsets.length)}`,
      'windows of the source': `${count(first)} to ${count(last)}`,
      'first window at step': count(step),
    },
    train: {
      'learning rate of that step': metric.learningRate!.toPrecision(3),
      'loss of that step': `${metric.lossNats.toFixed(1)} nats`,
    },
    ranking: {
      'speeches predicted worst by': report.ranking.domains[sourceName]!.recipes.at(-1)!.recipe,
      'nats lost there without speeches': lostWithout(report),
    },
  };

  function shareOf({ shares }: Report) {
    return shares.find((share) => share.recipe === recipe && share.source === sourceName)!;
  }

  function lostWithout({ ranking }: Report): string {
    const { pairs } = ranking.domains[sourceName]!;
    const pair = pairs.find(({ better, worse }) => better === recipe && worse === `no-${sourceName}`)!;
    return pair.differenceNats.toFixed(1);
  }

  async function textOf(wanted: string): Promise<string> {
    const spec = study.sources[sourceName]!;
    for await (const document of readDocuments(sourceName, spec, () => {}, {
      base: join(study.file, '..'),
    })) {
      if (document.origin === wanted) return document.text;
    }
    throw new Error(`${wanted} is not in the source`);
  }
}

/** Numbers that a document of the source was measured to have, by name. */
async function signalsOf(tables: readonly SignalTable[]): Promise<Record<string, Float64Array>> {
  const wanted = ['dup_5gram_chars', 'top_2gram_chars', 'stop_words', 'near_size'];
  const columns: Record<string, Float64Array> = {};
  for (const { path, columns: own } of tables) {
    const names = own.map(({ name }) => name).filter((name) => wanted.includes(name));
    Object.assign(columns, await readColumns(path, { numbers: names }));
  }
  return columns;
}

/** A stage's facts as the lines of a code block. */
export function block(facts: Record<string, string>): string {
  const width = Math.max(...Object.keys(facts).map((name) => name.length)) + 2;
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(width)}${value}`)
    .join('\n');
}

function json<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , studyFile, origin] = process.argv;
  if (studyFile === undefined)
    throw new Error('Name a study: npx tsx scripts/walkthrough.ts examples/demo/smoke.yaml');
  for (const [stage, facts] of Object.entries(await walk(studyFile, undefined, origin))) {
    process.stdout.write(`${stage}\n\n${block(facts)}\n\n`);
  }
}
