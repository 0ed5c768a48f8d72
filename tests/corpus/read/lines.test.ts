import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lines } from '../../../src/corpus/read/lines.js';
import { collect } from '../workspace.js';

async function* chunked(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

describe('lines', () => {
  test('give what splitting at line feeds gives, wherever the chunks are cut', async () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r', '🦊'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const whole = parts.join('');
        const expected = whole.split('\n');
        if (expected.at(-1) === '') expected.pop();
        const got = await collect(lines(chunked(Buffer.from(whole), size), 1000));
        expect(got.map((line) => line.bytes?.toString())).toEqual(expected);
        expect(got.map((line) => line.number)).toEqual(expected.map((_, i) => i + 1));
      }),
    );
  });

  test('a line over the limit is dropped as it streams by, and its number kept', async () => {
    const got = await collect(lines(chunked(Buffer.from(`a\n${'x'.repeat(100)}\nb\n`), 7), 10));
    expect(got.map((line) => line.bytes?.toString())).toEqual(['a', undefined, 'b']);
  });

  test('a line of 700 MiB, more than a string can hold, takes no more memory than the limit', async () => {
    const block = Buffer.alloc(1 << 20, 'x');
    async function* huge() {
      for (let i = 0; i < 700; i++) yield block;
      yield Buffer.from('\nend\n');
    }
    const got = await collect(lines(huge(), 1 << 20));
    expect(got.map((line) => line.bytes?.toString())).toEqual([undefined, 'end']);
  });
});
