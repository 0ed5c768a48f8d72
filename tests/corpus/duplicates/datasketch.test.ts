/**
 * Against datasketch 2.0.0 on the 728 licences of the demo, many of which are variants of one another: the fixture
 * comes from `scripts/minhash-datasketch.py`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mean } from 'simple-statistics';
import { beforeAll, describe, expect, test } from 'vitest';
import { clusterDuplicates } from '../../../src/corpus/duplicates/index.js';
import { shingleHashes } from '../../../src/corpus/duplicates/minhash.js';
import { UnionFind } from '../../../src/corpus/duplicates/union-find.js';
import { DocumentText } from '../../../src/corpus/signals/document-text.js';
import { workspace } from '../workspace.js';
import { demoFile, demoTexts, duplicateSource } from './sources.js';

interface Fixture {
  seeds: number;
  sha256: string;
  /** Rows i and j, exact Jaccard similarity, and in bit s whether datasketch joins them under seed s. */
  pairs: [i: number, j: number, jaccard: number, joined: number][];
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('fixtures/datasketch.json', import.meta.url), 'utf8'),
);
const everySeed = 2 ** fixture.seeds - 1;
const place = workspace();
let texts: string[];
let clusters: string[];

beforeAll(async () => {
  const bytes = readFileSync(demoFile('licences'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(sha256, 'the licences are those of the fixture').toBe(fixture.sha256);
  texts = demoTexts('licences');
  const { licences } = await clusterDuplicates([await duplicateSource(place, 'licences', texts)]);
  clusters = licences!.near_cluster;
});

/** Pairs that two partitions both hold, over the pairs that one of them holds. */
function agreement(one: (i: number) => unknown, other: (i: number) => unknown): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < texts.length; i++) {
    for (let j = 0; j < i; j++) {
      const inOne = one(i) === one(j);
      const inOther = other(i) === other(j);
      if (inOne && inOther) both++;
      if (inOne || inOther) either++;
    }
  }
  return both / either;
}

describe('on licences', () => {
  test('shingle sets have the exact Jaccard similarities that Python sets have', () => {
    const sets = texts.map((text) => new Set(shingleHashes(new DocumentText(text))));
    // Chinese words are cut by a dictionary here, and into single characters there.
    const chinese = texts.map((text) => /\p{Script=Han}{2}/u.test(text));
    const compared = fixture.pairs.filter(([i, j]) => !chinese[i] && !chinese[j]);
    expect(compared.length).toBeGreaterThan(3000);
    const wrong = compared.filter(([i, j, jaccard]) => {
      const shared = [...sets[i]!].filter((shingle) => sets[j]!.has(shingle)).length;
      const ours = shared / (sets[i]!.size + sets[j]!.size - shared);
      return Math.abs(ours - jaccard) > 0.0001;
    });
    expect(wrong).toEqual([]);
  });

  test('of 388 pairs that datasketch joins under every seed, 386 are in one cluster', () => {
    const joined = fixture.pairs.filter(([, , , seeds]) => seeds === everySeed);
    const found = joined.filter(([i, j]) => clusters[i] === clusters[j]);
    expect(joined.length).toBe(388);
    expect(found.length).toBeGreaterThanOrEqual(386);
  });

  test('clusters agree with those of datasketch (0.78 of pairs) as well as its seeds among each other (0.72)', () => {
    const theirs = Array.from({ length: fixture.seeds }, (_, seed) => {
      const sets = new UnionFind(texts.length);
      for (const [i, j, , joined] of fixture.pairs) if ((joined >> seed) & 1) sets.join(i, j);
      return (i: number) => sets.root(i);
    });
    const ours = (i: number) => clusters[i];
    const amongSeeds = theirs.flatMap((one, s) => theirs.slice(s + 1).map((other) => agreement(one, other)));
    const withOurs = theirs.map((seed) => agreement(seed, ours));
    expect(mean(withOurs)).toBeGreaterThanOrEqual(mean(amongSeeds));
  });
});
