/** Sources that hold tokens: files that NumPy wrote (fixtures/make-pretokenized.py), and files that lie. */
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/errors.js';
import { bytesTokenizer } from '../../src/tokens/bytes-tokenizer.js';
import { openPretokenized } from '../../src/tokens/pretokenized/open.js';
import { TokenFiles } from '../../src/tokens/token-files.js';
import { errorOf, workspace } from '../corpus/workspace.js';

const work = workspace();
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/pretokenized/${name}`, import.meta.url));
const texts: string[] = JSON.parse(readFileSync(fixture('documents.json'), 'utf8'));
const tokenizer = bytesTokenizer();

const sets: { what: string; files: string[]; dtype?: 'uint32'; tokenBytes: number; first: number }[] = [
  { what: 'NumPy, uint16, two files', files: ['header-a.npy', 'header-b.npy'], tokenBytes: 2, first: 64 },
  { what: 'NumPy, int32', files: ['header-int32.npy'], tokenBytes: 4, first: 32 },
  { what: 'dolma, uint16, two files', files: ['raw-a.npy', 'raw-b.npy'], tokenBytes: 2, first: 0 },
  { what: 'dolma, uint32', files: ['raw-uint32.npy'], dtype: 'uint32', tokenBytes: 4, first: 0 },
  {
    what: 'Megatron, uint16, two files',
    files: ['megatron-a.idx', 'megatron-b.bin'],
    tokenBytes: 2,
    first: 0,
  },
  { what: 'Megatron, int16', files: ['megatron-int16.bin', 'megatron-int16.idx'], tokenBytes: 2, first: 0 },
  { what: 'Megatron, int32, sentences', files: ['megatron-int32.idx'], tokenBytes: 4, first: 0 },
];

describe.each(sets)('tokens in place: $what', ({ files, dtype, tokenBytes, first }) => {
  const source = openPretokenized(files.map(fixture), tokenizer, dtype === undefined ? {} : { dtype });

  test('are the documents that were written, in order', () => {
    expect(source.tokenBytes).toBe(tokenBytes);
    const decoded = [...source.rows()].map((row) =>
      'tokens' in row ? tokenizer.decode(row.tokens.ids) : row,
    );
    expect(decoded).toEqual(texts);
  });

  test('lie where the offsets say, each with its end-of-text', () => {
    const joined = new TokenFiles(source.files, source.tokenBytes);
    const rows = [...source.rows()];
    expect('tokens' in rows[0]! && rows[0].tokens.offset).toBe(first);
    for (const row of rows) {
      if (!('tokens' in row)) throw new Error(row.reason);
      const { offset, ids } = row.tokens;
      const out = new Int32Array(ids.length + 1);
      joined.read(offset, out);
      expect([...out]).toEqual([...ids, 256]);
    }
    joined.close();
  });
});

describe('documents that are none', () => {
  const reasons = (paths: string[], options = {}) =>
    [...openPretokenized(paths, tokenizer, options).rows()].map((row) => ('reason' in row ? row.reason : ''));

  test('without end-of-text are malformed, one by one', () => {
    const all = reasons([fixture('megatron-without-end.bin')]);
    expect(all).toEqual(new Array(3).fill('no end-of-text at its end, expected token 256'));
  });

  test('after the last end-of-text of an array are malformed', () => {
    const bytes = readFileSync(fixture('raw-a.npy'));
    expect(
      reasons([work.write('cut.npy', bytes.subarray(0, -20))]).filter((reason) => reason !== ''),
    ).toEqual(['no end-of-text at its end, expected token 256']);
  });

  test('with a token that the vocabulary lacks are malformed', () => {
    const bytes = readFileSync(fixture('raw-a.npy'));
    bytes.writeUInt16LE(257, 10);
    const [first, ...others] = reasons([work.write('outside.npy', bytes)]);
    expect(first).toBe('token outside of the vocabulary, expected below 257, got 257');
    expect(others.every((reason) => reason === '')).toBe(true);
  });

  test('that are too long are malformed', () => {
    const all = reasons([fixture('raw-a.npy')], { maximumTokens: 60 });
    expect(new Set(all.map((reason) => reason.split(',')[0]))).toEqual(new Set(['', 'document too long']));
  });
});

describe('files that lie', () => {
  const megatron = (change: (idx: Buffer) => Buffer) => () => {
    copyFileSync(fixture('megatron-a.bin'), work.path('lie.bin'));
    const idx = work.write('lie.idx', change(readFileSync(fixture('megatron-a.idx'))));
    return [...openPretokenized([idx], tokenizer).rows()];
  };
  const changed = (at: number, write: (idx: Buffer, at: number) => void) =>
    megatron((idx) => {
      write(idx, at);
      return idx;
    });
  const sizes = 34;
  const pointers = sizes + 4 * 15;
  const marks = pointers + 8 * 15;

  test.each<[string, () => unknown, RegExp]>([
    ['an empty index', megatron(() => Buffer.alloc(0)), /not a Megatron index/],
    ['another version', changed(9, (idx, at) => idx.writeUInt8(2, at)), /expected version 1, got 2/],
    [
      'a dtype of int64',
      changed(17, (idx, at) => idx.writeUInt8(5, at)),
      /uint16, int16 or int32, got int64/,
    ],
    ['an unknown dtype', changed(17, (idx, at) => idx.writeUInt8(99, at)), /got code 99/],
    [
      'petabytes of sequences',
      changed(18, (idx, at) => idx.writeBigUInt64LE(2n ** 50n, at)),
      /bytes for 1125899906842624/,
    ],
    [
      'counts that overflow',
      changed(26, (idx, at) => idx.writeBigUInt64LE(2n ** 64n - 1n, at)),
      /document marks/,
    ],
    [
      'a negative size',
      changed(sizes + 8, (idx, at) => idx.writeInt32LE(-5, at)),
      /lie\.idx:3: not a document/,
    ],
    [
      'a size beyond the file',
      changed(sizes, (idx, at) => idx.writeInt32LE(2 ** 30, at)),
      /lie\.idx:1: not a document/,
    ],
    [
      'a pointer beyond the file',
      changed(pointers, (idx, at) => idx.writeBigInt64LE(2n ** 60n, at)),
      /lie\.idx:1/,
    ],
    ['a negative pointer', changed(pointers, (idx, at) => idx.writeBigInt64LE(-2n, at)), /lie\.idx:1/],
    ['half a token', changed(pointers, (idx, at) => idx.writeBigInt64LE(1n, at)), /lie\.idx/],
    [
      'documents that share tokens',
      changed(pointers + 8, (idx, at) => idx.writeBigInt64LE(0n, at)),
      /lie\.idx:2/,
    ],
    [
      'marks beyond the sequences',
      changed(marks + 8, (idx, at) => idx.writeBigInt64LE(99n, at)),
      /at most sequence 15/,
    ],
    ['no index', () => openPretokenized([work.write('alone.bin', 'xx')], tokenizer), /no index beside it/],
    ['no tokens at all', () => openPretokenized([work.write('a.txt', 'x')], tokenizer), /no files of tokens/],
    [
      'half a token at the end',
      () => openPretokenized([work.write('odd.npy', 'xyz')], tokenizer),
      /whole tokens/,
    ],
    [
      'two widths',
      () => openPretokenized([fixture('header-a.npy'), fixture('header-int32.npy')], tokenizer),
      /another width .* expected 2 bytes, got 4/,
    ],
    ...['<f8', '>u2', '|O', '<u8'].map((descr): [string, () => unknown, RegExp] => [
      `an array of ${descr}`,
      npy(`{'descr': '${descr}', 'fortran_order': False, 'shape': (4,), }`),
      /not an array of tokens/,
    ]),
    ['two dimensions', npy("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 2), }"), /one dimension/],
    [
      'petabytes',
      npy("{'descr': '<u2', 'fortran_order': False, 'shape': (900000000000000,), }"),
      /a file of/,
    ],
    ['no header', npy(''), /not an array of tokens/],
  ])('%s: an error that names the file', async (_what, open, message) => {
    const error = await errorOf(open as () => Promise<unknown>);
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).message).toMatch(message);
  });

  function npy(header: string): () => unknown {
    const bytes = Buffer.from(`\x93NUMPY\x01\0\0\0${header.padEnd(118)}12345678`, 'latin1');
    bytes.writeUInt16LE(118, 8);
    return () => [...openPretokenized([work.write('lie.npy', bytes)], tokenizer).rows()];
  }
});

test('a file that changed since the plan was made is an error', async () => {
  const path = work.write('changed.npy', Buffer.alloc(8));
  const error = await errorOf(async () => new TokenFiles([{ path, tokens: 5 }], 2));
  expect((error as AssayError).message).toMatch(/changed since the plan was made, expected 5 tokens, got 4/);
});
