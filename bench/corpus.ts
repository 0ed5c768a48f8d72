/**
 * `npm run -s bench:corpus`: how fast documents are measured, tokenised and chosen, on 50 MB of real text (the demo's
 * speeches, mail, licences and code). The demo's dictionary is measured beside it: documents of 100 bytes, of which
 * every one costs what a document costs.
 *
 * Rates are 10^6 bytes of UTF-8 a second of CPU time of one thread, so that what else runs on the machine does not
 * count; comparisons are made in this one run. Beside us, where `ASSAY_PYTHON` names a Python that has them: datatrove's
 * repetition filter and the `tokenizers` package. Two workers
 * against one is wall time: leave the machine alone.
 * Planning is timed on the mini-Pile, if its data are there (examples/mini-pile); it is measured first if it is not yet.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildCorpusStore,
  fingerprint,
  type GroupSpec,
  listFiles,
  MeasurePool,
  readDocuments,
} from '../src/corpus/index.js';
import { parseStudy } from '../src/load-study.js';
import { prepareData } from '../src/study.js';
import { clusteringRate, duplicateRates } from './corpus/duplicates.js';
import { benchPerplexity } from './corpus/perplexity.js';
import { signalRates } from './corpus/signals.js';
import { readJsonl } from './corpus/texts.js';
import { benchTokenize } from './corpus/tokenize.js';

const example = (path: string) => fileURLToPath(new URL(`../examples/${path}`, import.meta.url));
const names = ['speeches', 'ham', 'spam', 'licences'];
const python = process.env.ASSAY_PYTHON;
const parts = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const wanted = (part: string) => parts.length === 0 || parts.includes(part);

const corpora: Record<string, string[]> = {
  ...Object.fromEntries(names.map((name) => [name, readJsonl(example(`demo/data/${name}.jsonl`), Infinity)])),
  code: await codeFiles(),
};
const glosses = readJsonl(example('demo/data/dictionary.jsonl'), Infinity);
const texts = Object.values(corpora).flat();
const bytes = bytesOf(texts);
const scratch = mkdtempSync(join(tmpdir(), 'assay-bench-corpus-'));
const all = join(scratch, 'all.jsonl');
writeFileSync(all, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));

const defaultProfile: GroupSpec[] = [
  { group: 'repetition', profile: 'dclm' },
  { group: 'quality' },
  { group: 'minhash' },
];

try {
  const result: Record<string, unknown> = { text: { megabytes: bytes / 1e6, documents: texts.length } };
  if (wanted('signals')) result.signals = await signals();
  if (wanted('profile')) result.profile = await profile();
  if (wanted('tokenize')) result.tokenize = await benchTokenize(corpora);
  if (wanted('threads')) result.threads = await threads();
  if (wanted('planning')) result.planning = await planning();
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** The demo's code: a file is a document. */
async function codeFiles(): Promise<string[]> {
  const three = (pattern: string) => example(`demo/node_modules/three/${pattern}`);
  const paths = [three('src/*/**/*.js'), three('examples/jsm/!(libs|lights)/**/*.js')];
  const files: string[] = [];
  for await (const { text } of readDocuments('code', { paths, text: 'text' }, () => {})) files.push(text);
  return files;
}

function bytesOf(documents: readonly string[]): number {
  return documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** A rate for each signal, and our repetition signals against datatrove's filter. */
async function signals() {
  const rates = await signalRates(texts);
  const perplexity = await benchPerplexity([...glosses, ...corpora.speeches!], texts);
  const ours = rates.find(({ name }) => name === 'repetition-datatrove')!.megabytesPerSecond;
  const theirs = python === undefined ? undefined : datatrove(python);
  return {
    rates: Object.fromEntries(rates.map(({ name, megabytesPerSecond }) => [name, megabytesPerSecond])),
    duplicates: await duplicateRates(texts, corpora.ham!.slice(0, 400)),
    clustering: await clusteringRate(1_000_000),
    perplexity,
    ...(theirs === undefined ? {} : { datatrove: theirs, ratioToDatatrove: ours / theirs }),
  };
}

function datatrove(python: string): number {
  const script = fileURLToPath(new URL('corpus/datatrove.py', import.meta.url));
  const output = execFileSync(python, [script, all], { maxBuffer: 1 << 26 }).toString();
  return (JSON.parse(output) as { megabytesPerSecond: number }).megabytesPerSecond;
}

/** What a study measures by default, as its measuring threads do; then with language and perplexity. */
async function profile() {
  const { trainLanguageModel, writeLanguageModel } = await import('../src/corpus/index.js');
  const path = join(scratch, 'model.lm');
  await writeLanguageModel(path, (await trainLanguageModel([...glosses, ...corpora.speeches!])).model);
  const full: GroupSpec[] = [
    ...defaultProfile,
    { group: 'language' },
    { group: 'perplexity', name: 'reference', path, hash: 'bench' },
  ];
  return {
    defaultRate: await rateOf(defaultProfile, texts),
    withLanguageAndPerplexity: await rateOf(full, texts),
    glosses: {
      defaultRate: await rateOf(defaultProfile, glosses),
      withLanguageAndPerplexity: await rateOf(full, glosses),
    },
  };
}

async function rateOf(groups: GroupSpec[], documents: string[]): Promise<number> {
  const pool = new MeasurePool(0);
  await pool.measure(groups, documents.slice(0, 2000));
  const before = process.cpuUsage();
  for (let at = 0; at < documents.length; at += 256)
    await pool.measure(groups, documents.slice(at, at + 256));
  const { user, system } = process.cpuUsage(before);
  return bytesOf(documents) / (user + system);
}

function batches(documents: string[]): string[][] {
  return Array.from({ length: Math.ceil(documents.length / 256) }, (_, i) =>
    documents.slice(256 * i, 256 * (i + 1)),
  );
}

/** Whole stores, read and written: all in one thread, and with two threads that measure, in turns. */
async function threads() {
  const source = { paths: [all], text: 'text' };
  const print = await fingerprint(source, await listFiles(source, 'source "all"'));
  const seconds: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let turn = 0; turn < 3; turn++) {
    for (const size of [1, 2] as const) {
      const folder = join(scratch, `store-${turn}-${size}`);
      const pool = new MeasurePool(size === 1 ? 0 : size);
      // All texts once before, so that every thread's code is compiled, as after the first seconds of a corpus.
      await Promise.all(batches(texts).map((batch) => pool.measure(defaultProfile, batch)));
      const begin = performance.now();
      const options = { name: 'all', source, folder, fingerprint: print, groups: defaultProfile, pool };
      await buildCorpusStore({ ...options, onMalformed() {} });
      seconds[size].push((performance.now() - begin) / 1000);
      await pool.close();
      rmSync(folder, { recursive: true });
    }
  }
  const [one, two] = [Math.min(...seconds[1]), Math.min(...seconds[2])];
  return {
    oneMegabytesPerSecond: bytes / 1e6 / one,
    twoMegabytesPerSecond: bytes / 1e6 / two,
    ratio: one / two,
  };
}

/** A hundred thresholds on every domain: from measured sources to whole windows of each recipe. */
async function planning() {
  if (!existsSync(example('mini-pile/data/prose.jsonl.zst')))
    return 'no data: see examples/mini-pile/README.md';
  const file = example('mini-pile/study.yaml');
  const text = readFileSync(file, 'utf8');
  const thresholds = Array.from({ length: 100 }, (_, i) => ((i + 1) / 100).toFixed(2));
  const recipes = `recipes:\n  all: { without: docs-raw }\n  most: { from: all, threshold: { column: dup_line_fraction, atMost: [${thresholds.join(', ')}] } }\n\n`;
  const swept = text.replace(/^recipes:\n[\s\S]*?(?=^validate:)/m, recipes);
  await prepareData(await parseStudy(text, file));
  const begin = performance.now();
  const data = await prepareData(await parseStudy(swept, file));
  const seconds = (performance.now() - begin) / 1000;
  const documents = Object.values(data.sources).reduce((sum, { corpus }) => sum + corpus.documents, 0);
  return { recipes: data.recipes.length, documents, seconds };
}
