/** DoReMi's arithmetic against sums that can be done on paper. */
import { describe, expect, test } from 'vitest';
import {
  type DoremiOptions,
  excessLosses,
  meanWeights,
  paperDoremi,
  publicCodeDoremi,
  startWeights,
  tokenWeights,
  updateWeights,
} from '../../../src/mixture/doremi/index.js';

const thirds = [1 / 3, 1 / 3, 1 / 3];

describe('three domains, with exponents that are logarithms of whole numbers', () => {
  // η = 2, c = 0.3, α₀ = (1/3, 1/3, 1/3).
  const options: DoremiOptions = { ...paperDoremi, stepSize: 2, smoothing: 0.3 };
  const start = startWeights(thirds, options, 257);
  // Step 1: λ = (½ ln 4, ½ ln 2, 0), so exp(ηλ) = (4, 2, 1).
  // α′ = (4, 2, 1)/3, Σ α′ = 7/3, α′/Σ = (4/7, 2/7, 1/7).
  // α₁ = 0.7 · (4/7, 2/7, 1/7) + 0.3/3 = (0.4, 0.2, 0.1) + 0.1 = (0.5, 0.3, 0.2).
  const one = updateWeights(start, [Math.log(4) / 2, Math.log(2) / 2, 0], options);
  // Step 2: λ = (0, absent, ½ ln 3). The second domain keeps ½ ln 2, so exp(ηλ) = (1, 2, 3).
  // α′ = (0.5, 0.6, 0.6), Σ α′ = 1.7, α₂ = 0.7/1.7 · (0.5, 0.6, 0.6) + 0.1 = (0.52, 0.59, 0.59)/1.7.
  const two = updateWeights(one, [0, undefined, Math.log(3) / 2], options);

  test('the weights are those', () => {
    close(one.weights, [0.5, 0.3, 0.2]);
    close(two.weights, [0.52 / 1.7, 0.59 / 1.7, 0.59 / 1.7]);
  });

  test('a domain that is missing from a batch keeps its excess loss, the others do not', () => {
    close(two.excess, [0, Math.log(2) / 2, Math.log(3) / 2]);
    expect(two.weights).not.toEqual(updateWeights(one, [0, 0, Math.log(3) / 2], options).weights);
  });

  test('the answer is the mean over the steps, without the weights before the first', () => {
    close(meanWeights(one), [0.5, 0.3, 0.2]);
    close(meanWeights(two), [(0.5 + 0.52 / 1.7) / 2, (0.3 + 0.59 / 1.7) / 2, (0.2 + 0.59 / 1.7) / 2]);
  });

  test('the public code counts those as well', () => {
    const counting: DoremiOptions = { ...options, mean: 'start-and-steps' };
    const after = updateWeights(startWeights(thirds, counting, 257), [0, 0, 0], counting);
    close(meanWeights(updateWeights(after, [Math.log(4) / 2, Math.log(2) / 2, 0], counting)), [
      (1 / 3 + 1 / 3 + 0.5) / 3,
      (1 / 3 + 1 / 3 + 0.3) / 3,
      (1 / 3 + 1 / 3 + 0.2) / 3,
    ]);
  });
});

test('a domain that no batch has held counts as 0, or in the public code as a uniform guess', () => {
  expect(startWeights([0.2, 0.8], paperDoremi, 257)).toMatchObject({ weights: [0.5, 0.5], excess: [0, 0] });
  const guess = Math.log(257);
  expect(startWeights([0.2, 0.8], publicCodeDoremi, 257)).toMatchObject({
    weights: [0.2, 0.8],
    excess: [guess, guess],
  });
});

test('weights add up to 1 and stay at c / k, however long and however large the excess', () => {
  const options: DoremiOptions = { ...paperDoremi, stepSize: 50, smoothing: 0.02 };
  let state = startWeights(thirds, options, 257);
  for (let step = 0; step < 1000; step++) state = updateWeights(state, [11, 0, 5 + Math.sin(step)], options);
  expect(state.weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
  expect(Math.min(...state.weights)).toBeGreaterThanOrEqual(0.02 / 3);
  expect(state.weights[0]).toBeCloseTo(0.98 + 0.02 / 3, 12);
});

test('excess losses are clipped token by token, and averaged over the tokens of each domain', () => {
  const losses = Float32Array.of(3, 1, /**/ 2, 2, /**/ 5, 4); // [3 windows, 2 tokens]
  const reference = Float32Array.of(1, 2, /**/ 2, 1, /**/ 4, 4.5);
  // Domain 2 has windows 0 and 2: (2 + 0 + 1 + 0) / 4; without clipping by token it would be (2 − 1 + 1 − ½) / 4.
  expect(excessLosses(losses, reference, [2, 0, 2], 3)).toEqual([0.5, undefined, 0.75]);
});

describe('what a token counts', () => {
  const weights = [0.6, 0.3, 0.1];
  const domainOf = [1, 0, 1, 1]; // no window of domain 2
  const batch = { weights, domainOf, context: 2, sampling: [0.25, 0.5, 0.25] };

  test('in the paper, the weight of its domain over the tokens of that domain in the batch', () => {
    const [one, zero] = [0.3 / 6, 0.6 / 2];
    close(tokenWeights({ ...batch, objective: 'domain-mean' }), [one, one, zero, zero, one, one, one, one]);
  });

  test('in the public code, weight over sampling share, and 1 over all tokens of the batch', () => {
    // Factors 0.6/0.25 = 2.4 and 0.3/0.5 = 0.6; their sum over the tokens is 2 · 2.4 + 6 · 0.6 = 8.4.
    const [one, zero] = [0.6 / 8.4, 2.4 / 8.4];
    close(tokenWeights({ ...batch, objective: 'batch-mean' }), [one, one, zero, zero, one, one, one, one]);
  });
});

test.each([
  ['step size', { stepSize: 0 }],
  ['step size', { stepSize: Number.NaN }],
  ['smoothing', { smoothing: 1 }],
  ['smoothing', { smoothing: -0.1 }],
])('a %s out of range is refused: %o', (name, wrong) => {
  expect(() => startWeights(thirds, { ...paperDoremi, ...wrong }, 257)).toThrow(
    `DoReMi: ${name}: out of range`,
  );
});

function close(got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(got[i]).toBeCloseTo(value, 7);
}
