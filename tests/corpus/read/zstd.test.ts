/** Zstandard against archives that the reference implementation wrote (scripts/readers-zstd-fixtures.py). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unzstd } from '../../../src/corpus/read/archive/unzstd.js';
import { AssayError } from '../../../src/errors.js';
import { collect } from '../workspace.js';

const file = (name: string) => readFileSync(new URL(`./fixtures/zstd/${name}`, import.meta.url));
const digests = Object.entries(JSON.parse(file('sha256.json').toString()) as Record<string, string>);

async function* chunks(bytes: Buffer, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
const unpack = async (bytes: Buffer, size = 1 << 20) =>
  Buffer.concat(await collect(unzstd(chunks(bytes, size), 'a.zst')));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe.each(digests)('the archive %s', (name, digest) => {
  test('gives what was packed, however it is cut into chunks', async () => {
    const archive = file(`${name}.zst`);
    for (const size of [1 << 20, 4093, 61]) expect(sha256(await unpack(archive, size))).toBe(digest);
  });

  test('cut off anywhere it is an error, or ends between two frames', async () => {
    const archive = file(`${name}.zst`);
    for (let cut = 1; cut < archive.length; cut += Math.ceil(archive.length / 40)) {
      const end = await unpack(archive.subarray(0, cut)).catch((error) => error);
      if (name === 'frames' && Buffer.isBuffer(end)) continue;
      expect(end).toBeInstanceOf(AssayError);
      expect(String(end)).toContain('a.zst: corrupt or truncated zstd archive');
    }
  });

  test('with bytes changed it ends soon, as bytes or as an error', async () => {
    const archive = file(`${name}.zst`);
    let state = 7;
    for (let i = 0; i < 200; i++) {
      const bytes = Buffer.from(archive);
      for (let k = 0; k < 3; k++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        // Half of the changes hit the headers and tables at the beginning.
        bytes[(state >>> 8) % (i % 2 === 0 ? Math.min(200, bytes.length) : bytes.length)] = state & 255;
      }
      const end = await unpack(bytes).catch((error) => error);
      if (!Buffer.isBuffer(end)) expect(end).toBeInstanceOf(AssayError);
    }
  });
});
