/** The ensemble: what every regressor promises, and weights that are the optimum of what they minimise. */
import { expect, test } from 'vitest';
import { convexWeights } from '../../../src/mixture/regressors/convex-weights.js';
import { ensembleOf } from '../../../src/mixture/regressors/ensemble.js';
import { gpWith } from '../../../src/mixture/regressors/gp.js';
import { linear } from '../../../src/mixture/regressors/linear.js';
import { Random } from '../../../src/random.js';
import { regressorContract } from './contract.js';

const quick = gpWith({ kernel: 'squared-exponential', input: 'log', floor: Infinity, restarts: 0 });
const pair = ensembleOf([
  { name: 'gp', regressor: quick },
  { name: 'linear', regressor: linear },
]);
regressorContract(pair, { rowOrder: 0 });

test('no weights on a fine grid predict better than the convex weights', () => {
  const random = Random.fromSeed('weights');
  const targets = Float64Array.from({ length: 40 }, () => random.normal());
  const predictions = [0.4, 0.8, 2].map((noise) => targets.map((y) => y + noise * random.normal()));
  const error = (weights: ArrayLike<number>) =>
    targets.reduce(
      (sum, y, i) => sum + (y - predictions.reduce((mean, p, m) => mean + weights[m]! * p[i]!, 0)) ** 2,
      0,
    );
  const found = convexWeights(predictions, targets);
  expect(found.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  for (let a = 0; a <= 100; a++)
    for (let b = 0; b <= 100 - a; b++)
      expect(error(found)).toBeLessThanOrEqual(error([a / 100, b / 100, (100 - a - b) / 100]) + 1e-9);
});

test('a member that is right has all the weight', () => {
  const targets = Float64Array.of(1, 2, 4, 8);
  const wrong = targets.map((y) => -y);
  expect([...convexWeights([wrong, targets], targets)]).toEqual([0, 1]);
});
