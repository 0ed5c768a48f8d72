/** The region computed beforehand keeps what Theorem 2 promises, by the exact expectation over batches. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { expectedLoss } from '../../src/simulate/expected-loss.js';
import { infiniteWidthKernel, randomKernel } from '../../src/simulate/kernel.js';
import { multiply } from '../../src/simulate/matrix.js';
import { allowedExcess, isInside, kernelRegion, pairRegion, proofRegion } from '../../src/simulate/region.js';
import { symmetricEigen } from '../../src/simulate/symmetric-eigen.js';
import { bestAchievableLoss, drawTask, isCompatible } from '../../src/simulate/task.js';

const activation = [0.5, 0.8, 0.7, 0.6];
const n = 7;
const task = drawTask(activation, 6, Random.fromSeed('region'));
const { validation, datasets } = task;
const kernels = Array.from({ length: 8 }, (_, i) => randomKernel(activation, 751, Random.fromSeed(i)));

describe('the region from the kernel’s eigenvalues', () => {
  test('brings every dataset within the allowed excess, at both ends of the learning rate and batch 1', () => {
    for (const dataset of datasets) {
      const excess = allowedExcess(dataset, validation, 0.01);
      const { c0, largestRate, leastWidth } = kernelRegion(activation, dataset, excess);
      expect(leastWidth).toBe(751);
      for (const learningRate of [largestRate, largestRate / 30]) {
        const run = { learningRate, steps: Math.ceil(c0 / learningRate), batch: 1 };
        for (const kernel of kernels.slice(0, 2)) {
          expect(expectedLoss(kernel, dataset, dataset, run)).toBeLessThan(excess);
          const distance =
            expectedLoss(kernel, dataset, validation, run) - bestAchievableLoss(dataset, validation);
          expect(Math.abs(distance)).toBeLessThan(0.01);
        }
      }
    }
  });

  test('needs longer training for a smaller difference, and holds for both datasets', () => {
    const [a, b] = datasets as [(typeof datasets)[0], (typeof datasets)[0]];
    const region = pairRegion(kernelRegion, activation, task, a, b);
    const gap = Math.abs(bestAchievableLoss(a, validation) - bestAchievableLoss(b, validation));
    for (const dataset of [a, b]) {
      const own = kernelRegion(activation, dataset, allowedExcess(dataset, validation, gap / 3));
      const closer = kernelRegion(activation, dataset, allowedExcess(dataset, validation, gap / 30));
      expect(region.c0).toBeGreaterThanOrEqual(own.c0);
      expect(closer.c0).toBeGreaterThan(own.c0);
    }
    const at = { width: 751, steps: 2 * region.leastSteps, learningRate: region.largestRate, batch: 1 };
    expect(isInside(region, at)).toBe(true);
    expect(isInside(region, { ...at, width: 750 })).toBe(false);
    expect(isInside(region, { ...at, learningRate: 1.01 * region.largestRate })).toBe(false);
    expect(isInside(region, { ...at, learningRate: 0.49 * region.largestRate })).toBe(false);
    expect(isInside({ ...region, alpha: region.largestRate / 752 }, at)).toBe(false);
  });

  test('allows an excess that Eq. (57) turns into exactly the asked distance', () => {
    const [dataset] = datasets as [(typeof datasets)[0]];
    const uniform = { ...dataset, density: validation.density };
    const [excess, best] = [
      allowedExcess(uniform, validation, 0.02),
      bestAchievableLoss(uniform, validation),
    ];
    expect(excess + 2 * Math.sqrt(best * excess)).toBeCloseTo(0.02, 12);
  });

  test('rests on kernels that at its least width lie between half and twice their limit', () => {
    const limit = infiniteWidthKernel(activation);
    const scale = limit.map((value) => (value === 0 ? 0 : 1 / Math.sqrt(value)));
    for (const kernel of kernels) {
      const { values } = symmetricEigen(multiply(scale, multiply(kernel, scale, n), n), n);
      expect(values[0]).toBeGreaterThan(0.5);
      expect(values[n - 1]).toBeLessThan(2);
    }
  });
});

describe('the proof’s own constants', () => {
  test('ask for a smaller rate, more steps and far more width', () => {
    const [a, b] = datasets as [(typeof datasets)[0], (typeof datasets)[0]];
    const ours = pairRegion(kernelRegion, activation, task, a, b);
    const theirs = pairRegion(proofRegion, activation, task, a, b);
    expect(theirs.largestRate).toBeLessThan(ours.largestRate / 10);
    expect(theirs.leastSteps).toBeGreaterThan(10 * ours.leastSteps);
    expect(theirs.leastWidth).toBeGreaterThan(10 * ours.leastWidth);
  });
});

describe('the limit αBm', () => {
  test('never binds with the proof’s constants, even at the least width and batch 1', () => {
    for (const dataset of datasets) {
      const excess = allowedExcess(dataset, validation, 0.01);
      const { alpha, leastWidth, largestRate } = proofRegion(activation, dataset, excess);
      expect(alpha! * leastWidth).toBeGreaterThanOrEqual(largestRate * (1 - 1e-9));
      expect(kernelRegion(activation, dataset, excess).alpha).toBeNull();
    }
  });
});

describe('compatibility with validation', () => {
  test('holds for the validation distribution itself and for what is drawn', () => {
    for (const dataset of [validation, ...datasets])
      expect(isCompatible(activation, dataset, validation)).toBe(true);
  });

  test('fails for a target that overshoots, where stopping early is better', () => {
    const overshoot = { ...validation, target: validation.target.map((value) => 2 * value) };
    expect(isCompatible(activation, overshoot, validation)).toBe(false);
  });
});
