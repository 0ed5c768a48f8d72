/** The pair of recipes whose order a small change of the rate turns around. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { analyseTransfer } from '../../../src/ranking/index.js';
import { loss, type Row, runsOf } from './runs.js';

const row = (recipe: string, model: string, learningRate: number, seed: string, value: number): Row => ({
  ...{ recipe, model, seed, hyperparameters: { learningRate }, metric: 'loss', steps: [1], values: [value] },
});
const target = ['a', 'b', 'c'].map((recipe, r) => row(recipe, 'large', 1e-3, '0', r));
const proxy = (losses: Record<number, Record<string, number[]>>) =>
  Object.entries(losses).flatMap(([rate, recipes]) =>
    Object.entries(recipes).flatMap(([recipe, values]) =>
      values.map((value, s) => row(recipe, 'small', Number(rate), String(s), value)),
    ),
  );
const flipOf = (rows: Row[]) =>
  analyseTransfer(runsOf([...rows, ...target], [loss]), {
    ...{ proxy: 'small', target: 'large', draws: 0, random: Random.fromSeed(0) },
  }).flip;

test('is the pair that is farthest apart at both of two similar rates next to the best, with standard errors', () => {
  const flip = flipOf(
    proxy({
      1e-4: { a: [9], b: [8], c: [7] },
      3e-4: { a: [1, 2], b: [2, 4], c: [4, 6] },
      6e-4: { a: [4, 4], b: [2, 2], c: [2, 3] },
    }),
  );
  // a and b: 1.5 before, 2 after; a and c: 3.5 before, 1.5 after; b and c do not flip.
  expect(flip?.recipes).toEqual(['a', 'b']);
  expect(flip?.rates.map(({ learningRate, values }) => [learningRate, ...values])).toEqual([
    [3e-4, 1.5, 3],
    [6e-4, 4, 2],
  ]);
  // numpy: std([1, 2], ddof=1) / sqrt(2) = 0.5; [2, 4]: 1
  expect(flip?.rates[0].errors).toEqual([0.5, 1]);
  expect(flip?.rates[1].errors).toEqual([0, 0]);
});

test('is absent where the order stays, where rates are far apart, and where a run diverged', () => {
  expect(flipOf(proxy({ 3e-4: { a: [1], b: [2] }, 6e-4: { a: [2], b: [3] } }))).toBeUndefined();
  expect(flipOf(proxy({ 1e-4: { a: [1], b: [2] }, 1e-2: { a: [3], b: [2] } }))).toBeUndefined();
  expect(flipOf(proxy({ 3e-4: { a: [1], b: [2] }, 6e-4: { a: [Number.NaN], b: [3] } }))).toBeUndefined();
});
