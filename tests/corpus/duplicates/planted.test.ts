/**
 * Planted pairs: passages of real text and edited copies, whose exact Jaccard similarity is counted on sets of strings.
 *
 * Measured: of 467 pairs with Jaccard from 0.85 to below 1 all are joined, of 516 below 0.5 none; the error of the
 * estimate is 0.99 times the variance in theory.
 */
import { mean, sampleVariance } from 'simple-statistics';
import { beforeAll, describe, expect, test } from 'vitest';
import { clusterDuplicates, minhashSignature } from '../../../src/corpus/duplicates/index.js';
import { DocumentText } from '../../../src/corpus/signals/document-text.js';
import { Random } from '../../../src/random.js';
import { workspace } from '../workspace.js';
import { demoTexts, duplicateSource, passages } from './sources.js';

const place = workspace();
const pairCount = 2000;

interface Pair {
  original: string;
  edited: string;
  jaccard: number;
  joined: boolean;
}
let pairs: Pair[];

beforeAll(async () => {
  const random = Random.fromSeed('planted pairs');
  const texts = [...demoTexts('speeches'), ...demoTexts('ham')];
  const originals = [40, 120, 350].flatMap((words) => passages(texts, words, Math.ceil(pairCount / 3)));
  const edits = originals.map((words, i) => edit(words, i, random));
  const [first, second] = [originals, edits].map((side) => side.map((words) => words.join(' ')));
  const clusters = await clusterDuplicates([
    await duplicateSource(place, 'originals', first!),
    await duplicateSource(place, 'edits', second!),
  ]);
  pairs = originals.map((words, i) => ({
    original: first![i]!,
    edited: second![i]!,
    jaccard: exactJaccard(words, edits[i]!),
    joined: clusters.originals!.near_cluster[i] === clusters.edits!.near_cluster[i],
  }));
});

/** Replaces, drops or inserts words at so many places that similarities spread over 0.1 to 1. */
function edit(words: string[], pair: number, random: Random): string[] {
  const edited = [...words];
  // An edit breaks about 5 shingles: a share e of edited words leaves similarities near (1 - 5e) / (1 + 5e).
  const edits = Math.ceil(words.length * 0.14 * random.uniform() ** 2);
  for (let i = 0; i < edits; i++) {
    const at = random.below(edited.length);
    const kind = random.below(3);
    if (kind === 0) edited[at] = `changed${pair}x${i}`;
    else if (kind === 1) edited.splice(at, 1);
    else edited.splice(at, 0, `added${pair}x${i}`);
  }
  return edited;
}

function exactJaccard(a: string[], b: string[]): number {
  const [one, other] = [shingles(a), shingles(b)];
  const shared = [...one].filter((shingle) => other.has(shingle)).length;
  return shared / (one.size + other.size - shared);
}

function shingles(words: string[]): Set<string> {
  return new Set(
    words.slice(4).map((_, i) =>
      words
        .slice(i, i + 5)
        .join(' ')
        .toLowerCase(),
    ),
  );
}

describe('planted pairs', () => {
  test('with Jaccard >= 0.85 are joined in at least 95 % of cases', () => {
    const near = pairs.filter((pair) => pair.jaccard >= 0.85 && pair.jaccard < 1);
    expect(near.length).toBeGreaterThan(300);
    expect(near.filter((pair) => pair.joined).length / near.length).toBeGreaterThanOrEqual(0.95);
  });

  test('below 0.5 are joined in at most 5 % of cases', () => {
    const far = pairs.filter((pair) => pair.jaccard < 0.5);
    expect(far.length).toBeGreaterThan(300);
    expect(far.filter((pair) => pair.joined).length / far.length).toBeLessThanOrEqual(0.05);
  });

  test('are estimated without bias and with the error of 112 independent hashes, sqrt(J (1 - J) / 112)', () => {
    const scores = pairs
      .filter(({ jaccard }) => jaccard > 0 && jaccard < 1)
      .map(({ original, edited, jaccard }) => {
        const [a, b] = [original, edited].map((text) => minhashSignature(new DocumentText(text)));
        const estimate = a!.filter((hash, i) => hash === b![i]).length / a!.length;
        return (estimate - jaccard) / Math.sqrt((jaccard * (1 - jaccard)) / a!.length);
      });
    // Three standard errors: of a mean of standard scores, and of their variance.
    expect(Math.abs(mean(scores))).toBeLessThan(3 / Math.sqrt(scores.length));
    expect(Math.abs(sampleVariance(scores) - 1)).toBeLessThan(3 * Math.sqrt(2 / scores.length));
  });
});
