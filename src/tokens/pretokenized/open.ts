/**
 * Sources that hold tokens instead of text: Megatron's `.bin` with its `.idx`, and `.npy` of OLMo and dolma. They are
 * used in place: a plan names the files, and nothing is copied.
 */
import { existsSync } from 'node:fs';
import { AssayError, ExitCode } from '../../errors.js';
import type { TokenFile } from '../../records.js';
import { readingSync } from '../../store/index.js';
import { TokenFiles, tokenFileOf } from '../token-files.js';
import type { Tokenizer } from '../tokenizer.js';
import { readMegatronIndex } from './megatron.js';
import { readNpy } from './npy.js';
import { rangesBetween } from './ranges.js';

/** A document as its file holds it, or the reason why it is none. */
export type PretokenizedRow = {
  /** Absolute path of the file with the tokens. */
  file: string;
  /** Document of the file, from 1. */
  number: number;
} & ({ tokens: PretokenizedTokens } | { reason: string });

export interface PretokenizedTokens {
  /** Index of the first token in all files of the source, joined. */
  offset: number;
  /** Without the end-of-text token, which follows in the file. */
  ids: Uint32Array;
}

export interface PretokenizedSource {
  /** In the order in which offsets count. */
  files: TokenFile[];
  tokenBytes: 2 | 4;
  /** All documents in the order of the files, in memory bounded by the longest. */
  rows(): Iterable<PretokenizedRow>;
}

export interface PretokenizedOptions {
  /** Of `.npy` files without a header. Default: uint16 where the vocabulary fits. */
  dtype?: 'uint16' | 'uint32';
  /** Longest document; longer ones are malformed. Default 16 million. */
  maximumTokens?: number;
}

interface Part {
  path: string;
  tokenBytes: 2 | 4;
  limit: number;
  ranges(): Iterable<{ first: number; tokens: number }>;
}

/**
 * @param paths absolute files, such as `listFiles` gives; `.idx` files stand beside their `.bin`, others are passed over
 * @param tokenizer that made the tokens
 * @throws AssayError for paths without such files, a header that lies, and files of different widths; `rows` throws it
 *   at a document that an index cannot mean
 */
export function openPretokenized(
  paths: readonly string[],
  tokenizer: Pick<Tokenizer, 'endOfText' | 'vocabularySize'>,
  options: PretokenizedOptions = {},
): PretokenizedSource {
  const { endOfText, vocabularySize } = tokenizer;
  const fits = vocabularySize <= 65536;
  const rawBytes = options.dtype === undefined ? (fits ? 2 : 4) : options.dtype === 'uint16' ? 2 : 4;
  const parts: Part[] = [];
  for (const path of dataFiles(paths)) {
    parts.push(readingSync(path, () => partOf(path, rawBytes, endOfText)));
  }
  const [head] = parts;
  if (head === undefined) {
    throw new AssayError(paths[0] ?? 'source', 'no files of tokens', {
      expected: '.npy files, or .bin files with an .idx beside each',
      exitCode: ExitCode.data,
    });
  }
  const other = parts.find(({ tokenBytes }) => tokenBytes !== head.tokenBytes);
  if (other !== undefined) {
    throw new AssayError(other.path, 'tokens of another width than in the first file of its source', {
      expected: `${head.tokenBytes} bytes`,
      got: `${other.tokenBytes}`,
      fix: 'Make them two sources.',
    });
  }
  const { tokenBytes } = head;
  const files = parts.map(({ path }) => tokenFileOf(path, tokenBytes));
  const maximumTokens = options.maximumTokens ?? 16_000_000;
  return {
    files,
    tokenBytes,
    *rows() {
      let start = 0;
      for (const [i, part] of parts.entries()) {
        const limit = Math.min(part.limit, vocabularySize);
        for (const row of rowsOf(part, { endOfText, limit, maximumTokens })) {
          if ('tokens' in row) row.tokens.offset += start;
          yield row;
        }
        start += files[i]!.tokens;
      }
    },
  };
}

/** The files with tokens among those of a source, each once. */
function dataFiles(paths: readonly string[]): string[] {
  const files = new Set<string>();
  for (const path of paths) {
    if (path.endsWith('.npy')) files.add(path);
    else if (path.endsWith('.bin')) files.add(path);
    else if (path.endsWith('.idx')) files.add(`${path.slice(0, -4)}.bin`);
  }
  return [...files];
}

function partOf(path: string, rawBytes: 2 | 4, endOfText: number): Part {
  if (path.endsWith('.npy')) {
    const array = readNpy(path, rawBytes);
    return { ...array, ranges: () => rangesBetween(array, endOfText) };
  }
  const idx = `${path.slice(0, -4)}.idx`;
  if (existsSync(idx)) return { path, ...readMegatronIndex(idx, path) };
  throw new AssayError(path, 'no index beside it', { expected: idx });
}

function* rowsOf(
  part: Part,
  bounds: { endOfText: number; limit: number; maximumTokens: number },
): Iterable<PretokenizedRow> {
  const { endOfText, limit, maximumTokens } = bounds;
  const { path: file } = part;
  const reader = new TokenFiles([{ path: file }], part.tokenBytes);
  try {
    let number = 0;
    for (const { first, tokens } of part.ranges()) {
      number++;
      if (tokens > maximumTokens) {
        const reason = `document too long, expected at most ${maximumTokens} tokens, got ${tokens}`;
        yield { file, number, reason };
        continue;
      }
      const ids = new Uint32Array(tokens);
      reader.read(first, ids);
      const reason = problemOf(ids, endOfText, limit);
      yield reason === undefined
        ? { file, number, tokens: { offset: first, ids: ids.subarray(0, -1) } }
        : { file, number, reason };
    }
  } finally {
    reader.close();
  }
}

function problemOf(ids: Uint32Array, endOfText: number, limit: number): string | undefined {
  const outside = ids.find((id) => id >= limit);
  if (outside !== undefined)
    return `token outside of the vocabulary, expected below ${limit}, got ${outside}`;
  if (ids.at(-1) !== endOfText) return `no end-of-text at its end, expected token ${endOfText}`;
  return undefined;
}
