/** Locality-sensitive hashing against its definition, on signatures with planted families of near copies. */
import { describe, expect, test } from 'vitest';
import { documentId } from '../../../src/corpus/document-id.js';
import { clusterDuplicates } from '../../../src/corpus/duplicates/index.js';
import { Random } from '../../../src/random.js';
import { errorOf, workspace } from '../workspace.js';

const place = workspace();
const [bands, rows, length] = [14, 8, 112];

/** More than one block of a signature file; a third are copies of earlier ones with up to 60 places changed. */
function signatures(count: number, random: Random): Uint32Array[] {
  const all: Uint32Array[] = [];
  for (let i = 0; i < count; i++) {
    const copied = i > 0 && random.below(3) === 0 ? all[random.below(i)] : undefined;
    const signature = copied?.slice() ?? Uint32Array.from({ length }, () => random.uint32());
    if (copied !== undefined) {
      for (let change = random.below(60); change > 0; change--) {
        signature[random.below(length)] = random.uint32();
      }
    }
    all.push(signature);
  }
  return all;
}

/** The components of all pairs that share a whole band and agree on 84 places or more, as a label a document. */
function componentsByDefinition(all: Uint32Array[]): number[] {
  const label = all.map((_, i) => i);
  const members = all.map((_, i) => [i]);
  for (let band = 0; band < bands; band++) {
    const seen = new Map<string, number[]>();
    for (const [a, signature] of all.entries()) {
      const key = signature.subarray(band * rows, (band + 1) * rows).join();
      const bucket = seen.get(key) ?? [];
      for (const b of bucket) {
        if (label[a] === label[b] || agreeing(signature, all[b]!) < 84) continue;
        const [kept, moved] = [label[a]!, label[b]!];
        for (const document of members[moved]!.splice(0)) {
          label[document] = kept;
          members[kept]!.push(document);
        }
      }
      seen.set(key, [...bucket, a]);
    }
  }
  return label;
}

const agreeing = (a: Uint32Array, b: Uint32Array) => a.filter((hash, i) => hash === b[i]).length;

describe('joining near duplicates', () => {
  test.each([
    ['with all bands in one reading', {}],
    ['a few bands a reading, for lack of memory', { keyBytes: 4 * 9000 * 4 }],
  ])('gives the components of all verified pairs, %s', async (_, options) => {
    const all = signatures(9000, Random.fromSeed('join'));
    const source = (name: string, from: number, to: number) => ({
      name,
      documents: to - from,
      ids: all.slice(from, to).map((_, i) => documentId(`${from + i}`)),
      signatures: place.write(`${name}.bin`, Buffer.concat(all.slice(from, to).map(bytesOf))),
    });
    const sources = [source('small', 0, 200), source('large', 200, 9000)];
    const { small, large } = await clusterDuplicates(sources, options);
    const clusters = [...small!.near_cluster, ...large!.near_cluster];

    const expected = componentsByDefinition(all);
    const labelOf = new Map(expected.map((label, i) => [label, clusters[i]]));
    expect(labelOf.size).toBeLessThan(8500);
    expect(new Set(labelOf.values()).size).toBe(labelOf.size);
    expect(clusters).toEqual(expected.map((label) => labelOf.get(label)));
  });

  test('stops between bands when it is told to', async () => {
    const all = signatures(10, Random.fromSeed('stop'));
    const file = place.write('stop.bin', Buffer.concat(all.map(bytesOf)));
    const ids = all.map((_, i) => documentId(`${i}`));
    const source = { name: 'stop', documents: 10, ids, signatures: file };
    const signal = AbortSignal.abort(new Error('told to stop'));
    expect(String(await errorOf(() => clusterDuplicates([source], { signal })))).toBe('Error: told to stop');
  });
});

function bytesOf(signature: Uint32Array): Uint8Array {
  return new Uint8Array(signature.buffer, signature.byteOffset, signature.byteLength);
}
