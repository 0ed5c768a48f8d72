/** Every format that Assay reads from files of others, with whole files to damage and the reading of one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocuments } from '../../src/corpus/index.js';
import { readLanguageModel } from '../../src/corpus/language-model/index.js';
import { AssayError } from '../../src/errors.js';
import { parseStudy } from '../../src/load-study.js';
import type { Random } from '../../src/random.js';
import type { SourceSpec } from '../../src/records.js';
import { readSafetensors } from '../../src/store/index.js';
import { bytesTokenizer } from '../../src/tokens/bytes-tokenizer.js';
import { tokenByteLengthsOf } from '../../src/tokens/hugging-face/byte-lengths.js';
import { byteLevelDecoder, byteLevelEncoder } from '../../src/tokens/hugging-face/byte-level.js';
import { refusal } from '../../src/tokens/hugging-face/check.js';
import { checkTexts } from '../../src/tokens/hugging-face/check-texts.js';
import { NativeTokenizer } from '../../src/tokens/hugging-face/native.js';
import { forLibrary, readHuggingFaceFile } from '../../src/tokens/hugging-face/read-file.js';
import { openPretokenized } from '../../src/tokens/pretokenized/open.js';
import { Checker } from './checker.js';
import { mutateJson } from './mutate-json.js';

export interface Read {
  rows: number;
  malformed: number;
}

export interface HostileFormat {
  name: string;
  /** Files of `seeds/`, or texts. */
  seeds: readonly (string | Buffer)[];
  /** Name of the damaged file. */
  file: string;
  /** How files of this format are damaged. Default: `mutate`. */
  damage?: (seeds: readonly Buffer[], random: Random) => Buffer;
  /** Reads it as a study does, to its end. @throws AssayError for what cannot be read; anything else is a defect */
  read(path: string): Promise<Read>;
  close?(): void;
}

const seed = (name: string) => fileURLToPath(new URL(`seeds/${name}`, import.meta.url));
const tokenizer = bytesTokenizer();

/** A malformed row must say where and why. */
async function documents(path: string, more: Partial<SourceSpec> = {}): Promise<Read> {
  let rows = 0;
  let malformed = 0;
  const onMalformed = ({ origin, reason }: { origin: string; reason: string }) => {
    malformed++;
    if (!origin.startsWith(basename(path)) || reason === '')
      throw new Error(`no place or reason: ${origin}: ${reason}`);
  };
  const source: SourceSpec = { paths: [path], text: 'text', ...more };
  for await (const { text, origin } of readDocuments('hostile', source, onMalformed)) {
    rows++;
    if (text === '' || !origin.startsWith(basename(path))) throw new Error(`not a document: ${origin}`);
  }
  return { rows, malformed };
}

const columns = { score: 'score', proto: '__proto__', deep: 'meta.n' };
const study = `study: s
tokenizer: bytes
sources:
  web:  { path: a.jsonl, text: body, columns: [score] }
  code:
    path: &list
      - code.jsonl
recipes:
  all: natural
  no-web: { without: [web] }
  mix: { web: { weight: 0.7, repeat: 2, where: "score > 0.5 AND bytes < 100" }, code: 0.3 }
validate:
  code: { holdout: 0.5 %, of: code }
proxy: { model: { layers: 2, width: 64, heads: 4 }, learningRate: 1e-3, tokens: 1M }
run: { output: out }
`;

function pretokenized(paths: string[]): Read {
  const read = { rows: 0, malformed: 0 };
  for (const row of openPretokenized(paths, tokenizer).rows()) {
    if ('reason' in row) read.malformed++;
    else {
      tokenizer.decode(row.tokens.ids);
      read.rows++;
    }
  }
  return read;
}

const checker = new Checker();
/** Beside those that a tokenizer was checked with: reading goes on in this process. */
const otherTexts = [
  'A text of its own, größer: 日本 42!\n\n',
  ' x'.repeat(500),
  '\ud800 lone',
  checkTexts.join('\n'),
];

async function tokenizerFile(path: string): Promise<Read> {
  const file = readHuggingFaceFile(path);
  const json = forLibrary(file);
  const result = await checker.check({ json, texts: checkTexts });
  if ('error' in result) throw refusal(path, result.error);
  tokenByteLengthsOf(file);
  byteLevelDecoder(file)(byteLevelEncoder(file)?.encode(otherTexts[0]!) ?? []);
  const native = new NativeTokenizer(path, json);
  try {
    for (const text of otherTexts) native.decode([...native.encode(text)]);
  } finally {
    native.dispose();
  }
  return { rows: otherTexts.length, malformed: 0 };
}

export const formats: readonly HostileFormat[] = [
  { name: 'jsonl', seeds: ['rows.jsonl'], file: 'rows.jsonl', read: (path) => documents(path, { columns }) },
  { name: 'gz', seeds: ['rows.jsonl.gz'], file: 'rows.jsonl.gz', read: (path) => documents(path) },
  { name: 'zst', seeds: ['rows.jsonl.zst'], file: 'rows.jsonl.zst', read: (path) => documents(path) },
  {
    name: 'csv',
    seeds: ['rows.csv'],
    file: 'rows.csv',
    read: (path) => documents(path, { columns: { score: 'score' } }),
  },
  {
    name: 'parquet',
    seeds: ['table-plain.parquet', 'table-snappy.parquet', 'table-zstd.parquet', 'table-gzip.parquet'],
    file: 'table.parquet',
    read: (path) => documents(path, { columns: { score: 'score', tags: 'tags' } }),
  },
  {
    name: 'safetensors',
    seeds: ['model.safetensors'],
    file: 'model.safetensors',
    read: async (path) => ({ rows: (await readSafetensors(path)).tensors.size, malformed: 0 }),
  },
  {
    name: 'yaml',
    seeds: [Buffer.from(study)],
    file: 'study.yaml',
    read: async (path) => {
      const { recipes } = await parseStudy(readFileSync(path, 'utf8'), path);
      return { rows: Object.keys(recipes).length, malformed: 0 };
    },
  },
  {
    name: 'tokenizer.json',
    seeds: ['tokenizer-bpe.json', 'tokenizer-word-piece.json', 'tokenizer-unigram.json'],
    file: 'tokenizer.json',
    damage: mutateJson,
    read: tokenizerFile,
    close: () => checker.close(),
  },
  {
    name: 'arpa',
    seeds: ['model.arpa'],
    file: 'model.arpa',
    read: async (path) => {
      readLanguageModel(path);
      return { rows: 1, malformed: 0 };
    },
  },
  {
    name: 'megatron',
    seeds: ['tokens.idx'],
    file: 'tokens.idx',
    read: async (path) => {
      writeFileSync(join(dirname(path), 'tokens.bin'), readFileSync(seed('tokens.bin')));
      return pretokenized([path]);
    },
  },
  {
    name: 'npy',
    seeds: ['tokens.npy', 'raw.npy'],
    file: 'tokens.npy',
    read: async (path) => pretokenized([path]),
  },
];

export function seedsOf(format: HostileFormat): Buffer[] {
  return format.seeds.map((one) => (typeof one === 'string' ? readFileSync(seed(one)) : one));
}

/** Whether an error is one that a user can act on: of the file, with a problem. */
export function isTyped(error: unknown, file: string): boolean {
  const stem = file.replace(/\.(idx|bin)$/, '');
  return error instanceof AssayError && error.message.includes(stem) && error.problem !== '';
}
