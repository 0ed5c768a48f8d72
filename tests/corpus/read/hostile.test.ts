/** Files that claim, hide or break things: each ends as a malformed row or an error that names the file, soon. */
import { readFileSync } from 'node:fs';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/corpus/index.js';
import { AssayError } from '../../../src/errors.js';
import type { MalformedRow } from '../../../src/records.js';
import { collect, errorOf, workspace } from '../workspace.js';
import { asJson, asParquet, storedZstd } from './formats.js';

const work = workspace();

async function read(path: string, options: object = {}) {
  const malformed: MalformedRow[] = [];
  const source = { paths: [path], text: 'text', ...options };
  const documents = await collect(
    readDocuments('s', source, (row) => malformed.push(row), { base: work.folder }),
  );
  return { texts: documents.map(({ text }) => text), documents, malformed };
}
const fails = async (path: string, options?: object): Promise<AssayError> => {
  const error = await errorOf(() => read(path, options));
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
};

describe('JSON', () => {
  test('keys of the language itself are data, and the last of equal keys counts', async () => {
    const path = work.write(
      'proto.jsonl',
      '{"__proto__":{"text":"no"},"constructor":1,"text":"a"}\n{"text":"b","text":"c"}\n{"__proto__":{"text":"no"}}\n',
    );
    const { documents, malformed } = await read(path, { columns: { p: '__proto__', c: 'constructor' } });
    expect(documents.map(({ text, columns }) => [text, columns])).toEqual([
      ['a', { p: '{"text":"no"}', c: 1 }],
      ['c', { p: null, c: null }],
    ]);
    expect(malformed).toHaveLength(1);
    expect(({} as Record<string, unknown>).text).toBeUndefined();
  });

  test('100,000 brackets and numbers of a million digits are rows like others', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const path = work.write(
      'deep.jsonl',
      `{"x":${deep},"text":"a"}\n{"x":${'9'.repeat(1_000_000)},"text":"b"}\n{"x":0.${'1'.repeat(1_000_000)},"text":"c"}\n`,
    );
    expect((await read(path)).texts).toEqual(['a', 'b', 'c']);
    const { documents, malformed } = await read(path, { columns: { x: 'x' } });
    expect(documents.map(({ columns }) => columns!.x)).toEqual([Number.POSITIVE_INFINITY, 1 / 9]);
    expect(malformed).toEqual([
      {
        origin: 'deep.jsonl:1',
        reason: 'a column is nested too deep, expected at most some thousand levels',
      },
    ]);
  });
});

describe('bombs', () => {
  test('a line of 600 MiB inside a small archive is dropped while it streams by', async () => {
    const gzip = createGzip({ level: constants.Z_BEST_COMPRESSION });
    const packed = collect(gzip as AsyncIterable<Buffer>);
    gzip.write('{"text":"before"}\n{"text":"');
    const piece = Buffer.alloc(1 << 20, 'a');
    for (let i = 0; i < 600; i++) {
      if (!gzip.write(piece)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
    gzip.end('"}\n{"text":"after"}\n');
    const path = work.write('long.jsonl.gz', Buffer.concat(await packed));
    const before = process.memoryUsage().rss;
    const { texts, malformed } = await read(path);
    expect(texts).toEqual(['before', 'after']);
    expect(malformed).toEqual([
      { origin: 'long.jsonl.gz:2', reason: 'line too long, expected at most 67 MB' },
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  test('a zstd frame that repeats one byte for gigabytes is a row that is too long', async () => {
    // 16,384 blocks of 128 KiB, each written as one byte and a count (RLE): 2 GiB in 64 KiB.
    const block = Buffer.alloc(4);
    block.writeUIntLE(((128 * 1024) << 3) | 2, 0, 3);
    block[3] = 0x61;
    const last = Buffer.from(block);
    last[0]! |= 1;
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
    const path = work.write(
      'rle.jsonl.zst',
      Buffer.concat([header, ...Array.from({ length: 16_383 }, () => block), last]),
    );
    expect((await read(path)).malformed).toEqual([
      { origin: 'rle.jsonl.zst:1', reason: 'line too long, expected at most 67 MB' },
    ]);
  });

  test.each([
    ['a window of 2 GiB', [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 1, 0, 0], 'its window is 2147483648 bytes'],
    ['a content of 4 PB', [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 16, 0, 1, 0, 0], 'its window is'],
    ['a dictionary', [0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 7, 1, 0, 0], 'it needs a dictionary'],
    ['a reserved block', [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, 7, 0, 0], 'a block of a reserved type'],
    ['a block of 2 MiB', [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, 1, 0, 0xff], 'a block of'],
    [
      'a wrong size',
      [0x28, 0xb5, 0x2f, 0xfd, 0x20, 5, 9, 0, 0, 0x41],
      'a frame of 1 bytes that says it holds 5',
    ],
    ['no frame', [0x7b, 0x7d, 0x0a, 0x0a], 'no Zstandard frame'],
  ])(
    'a zstd archive that claims %s is refused before anything is allocated',
    async (name, bytes, problem) => {
      const error = await fails(work.write(`claims/${name}.jsonl.zst`, Buffer.from(bytes)));
      expect(error.message).toContain(`claims/${name}.jsonl.zst: corrupt or truncated zstd archive`);
      expect(error.message).toContain(problem);
    },
  );

  test('100,000 empty frames, and a million empty blocks under a large window, end soon', async () => {
    const frames = Buffer.concat(Array.from({ length: 100_000 }, () => storedZstd(Buffer.alloc(0))));
    expect((await read(work.write('frames.jsonl.zst', frames))).texts).toEqual([]);
    const blocks = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88]),
      Buffer.alloc(3_000_000),
      Buffer.from([1, 0, 0]),
    ]);
    expect((await read(work.write('blocks.jsonl.zst', blocks))).texts).toEqual([]);
  });
});

describe('archives that are cut off or damaged', () => {
  const rows = asJson(Array.from({ length: 20_000 }, (_, i) => ({ text: `row ${i} ${i * 7919}` })));
  const gzip = gzipSync(rows);
  const zstd = storedZstd(Buffer.from(rows));
  test.each([
    ['a.jsonl.gz', gzip.subarray(0, gzip.length - 2000)],
    ['b.jsonl.gz', gzip.subarray(0, gzip.length - 8)],
    ['c.jsonl.gz', Buffer.from('{"text":"plain"}\n')],
    ['a.jsonl.zst', zstd.subarray(0, zstd.length - 2000)],
    ['b.jsonl.zst', zstd.subarray(0, 5)],
    ['c.jsonl.zst', Buffer.from('{"text":"plain"}\n')],
  ])('%s is an error with its name', async (name, bytes) => {
    const error = await fails(work.write(`cut/${name}`, bytes));
    expect(error.message).toContain(
      `cut/${name}: corrupt or truncated ${name.endsWith('gz') ? 'gzip' : 'zstd'}`,
    );
  });
});

describe('Parquet', () => {
  const good = asParquet(Array.from({ length: 50 }, (_, i) => `text number ${i}`));

  test.each([
    ['empty', Buffer.alloc(0)],
    ['no Parquet', Buffer.from('PAR1 but not really PAR1')],
    ['cut', good.subarray(0, good.length / 2)],
    [
      'a footer of 4 GB',
      Buffer.concat([
        good.subarray(0, good.length - 8),
        Buffer.from([255, 255, 255, 255]),
        Buffer.from('PAR1'),
      ]),
    ],
  ])('a file that is %s is an error with its name', async (name, bytes) => {
    const error = await fails(work.write(`broken/${name}.parquet`, bytes));
    expect(error.message).toContain(`broken/${name}.parquet: cannot be read as Parquet`);
  });

  test('a text that is not UTF-8 in a column that says it is, is an error near its row', async () => {
    const marker = 'a text of its own';
    const bytes = Buffer.from(asParquet(['first', 'second', 'third', marker]));
    for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at)) bytes[at] = 0xff;
    const error = await fails(work.write('utf8.parquet', bytes));
    expect(error.subject).toMatch(/^utf8\.parquet/);
  });

  test('after a file that was refused the next one is read', async () => {
    expect((await read(work.write('good.parquet', good))).texts).toHaveLength(50);
  });

  test('mutated files are documents, malformed rows or errors that name the file', async () => {
    let state = 42;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    let errors = 0;
    for (let i = 0; i < 150; i++) {
      const bytes = Buffer.from(good);
      // Half of the mutations hit the footer, where the sizes are.
      const from = i % 2 === 0 ? Math.max(0, bytes.length - 400) : 0;
      for (let k = 0; k < 1 + random(4); k++) bytes[from + random(bytes.length - from)] = random(256);
      const path = work.write('mutated.parquet', bytes);
      try {
        await read(path);
      } catch (error) {
        expect(error, readFileSync(path).toString('base64')).toBeInstanceOf(AssayError);
        expect((error as AssayError).subject).toContain('mutated.parquet');
        errors++;
      }
    }
    expect(errors).toBeGreaterThan(10);
  });
});
