/** Rounding, word frequencies and streams, on a small real study. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildModel, initialise } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import {
  countTokens,
  distinctStreams,
  equalShares,
  measuredFloor,
  mixCounts,
  type OrderedRecipe,
  roundedAway,
  unigramEntropy,
  writeShortEvaluation,
} from '../../src/rate/index.js';
import { createOnnxTrainer } from '../../src/train/index.js';
import { openEvaluation, predictedTokens, validationLoss } from '../../src/validation/index.js';
import { windowsOf } from '../model/hashed.js';
import { prepareSmallStudy, smallProxy } from '../train/small-study.js';

let run = '';
beforeAll(async () => {
  const folders = await prepareSmallStudy(mkdtempSync(join(tmpdir(), 'assay-')));
  run = folders[0]!;
});

/** The predicted tokens of a domain, from its windows. */
function tokensOf(folder: string, name: string): number[] {
  const reader = openEvaluation(folder);
  const { context, domains } = reader.evaluation;
  const tokens = [...reader.windows(name, 1)].flatMap((window) => [...window.subarray(1, context + 1)]);
  return tokens.slice(0, predictedTokens(domains.find((domain) => domain.name === name)!));
}

describe('the unigram entropy', () => {
  test('under the own tokens of a domain is its entropy', () => {
    const reader = openEvaluation(join(run, 'evaluation'));
    const [domain] = reader.evaluation.domains;
    const tokens = tokensOf(join(run, 'evaluation'), domain!.name);
    const counts = new Map<number, number>();
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    let entropy = 0;
    for (const count of counts.values()) entropy -= (count / tokens.length) * Math.log(count / tokens.length);
    // So many copies that one count more for each token changes nothing.
    const many = countTokens(Int32Array.from(tokens), 257).map((count) => 1e9 * count);
    expect(unigramEntropy(reader, domain!, many)).toBeCloseTo(entropy, 6);
    // Frequencies of other text cost more; no text at all costs ln(vocabulary).
    expect(unigramEntropy(reader, domain!, new Float64Array(257))).toBeCloseTo(Math.log(257), 10);
  });

  test('of a mixture has each stream by its share, whatever was counted of it', () => {
    const mixed = mixCounts([
      { share: 0.75, counts: Float64Array.of(10, 0) },
      { share: 0.25, counts: Float64Array.of(0, 1000) },
    ]);
    expect(mixed[0]! / mixed[1]!).toBeCloseTo(3, 12);
  });
});

test('a short evaluation holds the first whole documents, and its loss weighs domains as the study does', async () => {
  const short = mkdtempSync(join(tmpdir(), 'assay-'));
  const whole = join(run, 'evaluation');
  await writeShortEvaluation(whole, short, 300);
  for (const { name, documents } of openEvaluation(short).evaluation.domains) {
    const tokens = tokensOf(short, name);
    expect(tokens).toEqual(tokensOf(whole, name).slice(0, tokens.length));
    expect(tokens.length).toBeLessThanOrEqual(300);
    expect(documents.length).toBeGreaterThan(0);
  }
  const loss = validationLoss(openEvaluation(whole), 6);
  expect(loss.count).toBe(6);
  expect(loss.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
});

test('updates vanish one after another as the rate falls, and half of them are lost at the floor', async () => {
  const [batch, context] = [4, 32];
  const model = buildModel(smallProxy.model, { vocabularySize: 257, context });
  const { beta1, beta2, epsilon, weightDecay, gradientClip } = smallProxy;
  const optimizer = { beta1, beta2, epsilon, weightDecay, gradientClip };
  const parameters = initialise(model, Random.fromSeed(0));
  const state = { step: 0, parameters, firstMoments: new Map(), secondMoments: new Map() };
  const trainer = await createOnnxTrainer(model, state, {
    batch,
    microBatch: 4,
    context,
    threads: 1,
    optimizer,
  });
  const windows = windowsOf('rounding', batch * (context + 1), 257);
  const points = [];
  for (const learningRate of [1e-4, 1e-7, 1e-9, 1e-11])
    points.push({ learningRate, share: await roundedAway(trainer, state, windows, learningRate) });
  await trainer.dispose();
  const shares = points.map(({ share }) => share);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[0]).toBeLessThan(0.01);
  expect(shares[3]).toBeGreaterThan(0.9);
  // The first step of Adam moves a weight by the rate; weights of size 0.02 lose what is below 2⁻³⁰ to 2⁻³¹.
  const floor = measuredFloor(points)!;
  expect(floor).toBeGreaterThan(2 ** -33);
  expect(floor).toBeLessThan(2 ** -28);
});

test('recipes that keep the same documents share a stream, and equal shares are the mean of all recipes', () => {
  const part = (source: string, windows: number) => ({
    source,
    share: windows / 100,
    windows,
    realisedShare: windows / 100,
    availableWindows: 1000,
    repeat: 1,
  });
  const input = (hash: string) => ({ order: { hash } }) as OrderedRecipe['sources'][string];
  const streams = distinctStreams([
    {
      recipe: { name: 'a', sources: [part('web', 80), part('code', 20)] },
      sources: { web: input('w'), code: input('c') },
    },
    { recipe: { name: 'b', sources: [part('web', 100)] }, sources: { web: input('strict') } },
    {
      recipe: { name: 'c', sources: [part('web', 40), part('code', 60)] },
      sources: { web: input('w'), code: input('c') },
    },
  ]);
  expect(streams.map(({ name, shares }) => [name, shares])).toEqual([
    ['web', { a: 0.8, c: 0.4 }],
    ['code', { a: 0.2, c: 0.6 }],
    ['web.2', { b: 1 }],
  ]);
  const { recipe } = equalShares(streams, 'equal-shares', 30);
  expect(recipe.sources.map(({ source, windows }) => [source, windows])).toEqual([
    ['web', 12],
    ['web.2', 10],
    ['code', 8],
  ]);
});
