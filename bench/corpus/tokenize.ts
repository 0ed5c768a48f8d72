/**
 * Tokenising, in MB of text a second of CPU time: Assay's byte-level BPE, and Hugging Face's `tokenizers` with the same
 * tokenizer.json (its Node binding, and the Python package where `ASSAY_PYTHON` names a Python that has it).
 *
 * CPU time and one thread each, so that what else runs on the machine does not count. Ids must be equal.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTokenizer, openTokenizer } from '../../src/tokens/index.js';

export interface TokenizeRate {
  name: string;
  megabytes: number;
  tokens: number;
  /** MB of UTF-8 text a second of CPU time, in one thread. */
  assay: number;
  /** Of the Node binding, and of the Python package; undefined without `ASSAY_PYTHON`. */
  tokenizersNode: number;
  tokenizersPython?: number;
  /** assay / the faster of the others. */
  ratio: number;
  /** Documents of which another gave other ids. */
  different: number;
}

const python = process.env.ASSAY_PYTHON;
const script = fileURLToPath(new URL('tokenize.py', import.meta.url));

/**
 * @param texts documents by corpus; each corpus is measured for itself
 * @param size entries of the vocabulary, trained on all of them
 */
export async function benchTokenize(
  texts: Record<string, readonly string[]>,
  size = 8192,
): Promise<TokenizeRate[]> {
  // Read by the library when it is loaded.
  process.env.TOKENIZERS_PARALLELISM = 'false';
  const { Tokenizer } = await import('tokenizers');
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-tokenize-'));
  try {
    const all = async function* () {
      for (const documents of Object.values(texts)) yield* documents;
    };
    (await loadTokenizer({ bpe: size }, folder, all)).dispose();
    const file = join(folder, 'tokenizer.json');
    const library = Tokenizer.fromFile(file);
    const rates: TokenizeRate[] = [];
    for (const [name, documents] of Object.entries(texts)) {
      const bytes = documents.reduce((sum, text) => sum + Buffer.byteLength(text, 'utf8'), 0);
      const rate = (seconds: number) => bytes / 1e6 / seconds;
      // A fresh one for each corpus, so that no pieces are known from the one before.
      const own = openTokenizer(file);
      own.encode('warm');
      const assay = await timed(async () => documents.map((text) => own.encode(text)));
      const node = await timed(async () => {
        const ids: Uint32Array[] = [];
        for (const text of documents) {
          const encoding = await library.encode(text, null, { addSpecialTokens: false });
          ids.push(Uint32Array.from(encoding.getIds()));
        }
        return ids;
      });
      const hashes = assay.result.map(hashOf);
      const nodeHashes = node.result.map(hashOf);
      const inPython = python === undefined ? undefined : measurePython(python, file, folder, documents);
      const others = [node.seconds, ...(inPython === undefined ? [] : [inPython.seconds])];
      rates.push({
        name,
        megabytes: bytes / 1e6,
        tokens: assay.result.reduce((sum, ids) => sum + ids.length, 0),
        assay: rate(assay.seconds),
        tokenizersNode: rate(node.seconds),
        ...(inPython === undefined ? {} : { tokenizersPython: rate(inPython.seconds) }),
        ratio: Math.min(...others) / assay.seconds,
        different: hashes.filter(
          (hash, i) => hash !== nodeHashes[i] || (inPython !== undefined && hash !== inPython.hashes[i]),
        ).length,
      });
    }
    return rates;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

function hashOf(ids: Uint32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
    .digest('hex');
}

function measurePython(
  program: string,
  tokenizer: string,
  folder: string,
  documents: readonly string[],
): { seconds: number; hashes: string[] } {
  const input = join(folder, 'texts.jsonl');
  writeFileSync(input, documents.map((text) => `${JSON.stringify(text)}\n`).join(''));
  const { status, stdout, stderr } = spawnSync(program, [script, tokenizer, input], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, TOKENIZERS_PARALLELISM: 'false' },
  });
  if (status !== 0) throw new Error(`${program} ${script}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as { seconds: number; hashes: string[] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // npx tsx bench/corpus/tokenize.ts FILE.jsonl…: the first 10 MB of each.
  const { readJsonl } = await import('./texts.js');
  const texts = Object.fromEntries(process.argv.slice(2).map((path) => [path, readJsonl(path, 10e6)]));
  console.log(JSON.stringify(await benchTokenize(texts), null, 2));
}
