/** What the simulated SGD does, against SGD written out on all weights and against closed forms. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { sampleAngle, secondMoment } from '../../src/simulate/density.js';
import { expectedError, expectedLoss } from '../../src/simulate/expected-loss.js';
import { evaluate } from '../../src/simulate/harmonics.js';
import { infiniteWidthKernel, randomKernel } from '../../src/simulate/kernel.js';
import { trainBySgd } from '../../src/simulate/sgd.js';
import { type Distribution, drawTask, validationLoss } from '../../src/simulate/task.js';

const activation = [0.5, 0.8, 0.7, 0.6];
const n = 7;
const { validation, datasets } = drawTask(activation, 2, Random.fromSeed('sgd'));
const [dataset] = datasets as [Distribution];

/** σ(z) = Σ s_k·cos(k·arccos z). */
function activate(z: number): number {
  const angle = Math.acos(Math.min(1, Math.max(-1, z)));
  return activation.reduce((sum, s, k) => sum + s * Math.cos(k * angle), 0);
}

describe('SGD', () => {
  test.each([3, 7, 50])('of %i weights is what Eq. (7) written out weight by weight does', (width) => {
    const [learningRate, steps, batch] = [0.3, 40, 2];
    const layer = Random.fromSeed('layer');
    const angles = Array.from({ length: width }, () => 2 * Math.PI * layer.uniform());
    const network = (theta: number[], t: number) =>
      angles.reduce((sum, a, i) => sum + theta[i]! * activate(Math.cos(t - a)), 0) / Math.sqrt(width);

    const random = Random.fromSeed('batches');
    let theta = angles.map(() => 0);
    for (let step = 0; step < steps; step++) {
      const inputs = Array.from({ length: batch }, () => sampleAngle(dataset.density, random));
      const errors = inputs.map((t) => network(theta, t) - evaluate(dataset.target, t));
      theta = theta.map((weight, i) => {
        const gradient = inputs.reduce(
          (sum, t, b) => sum + (errors[b]! * activate(Math.cos(t - angles[i]!))) / Math.sqrt(width),
          0,
        );
        return weight - (learningRate / batch) * gradient;
      });
    }
    let written = 0;
    for (let i = 0; i < 64; i++) {
      const t = (2 * Math.PI * i) / 64;
      const { tilt, direction } = validation.density;
      const weight = (1 + tilt * Math.cos(t - direction)) / 64;
      written += (weight * (network(theta, t) - evaluate(validation.target, t)) ** 2) / 2;
    }

    const kernel = randomKernel(activation, width, Random.fromSeed('layer'));
    const training = { learningRates: [0.1, learningRate], checkpoints: [20, steps], batch };
    const losses = trainBySgd(kernel, dataset, validation, training, Random.fromSeed('batches'));
    expect(losses[3]).toBeCloseTo(written, 9);
  });

  test('has on average the loss that is computed without drawing a batch', () => {
    const kernel = randomKernel(activation, 20, Random.fromSeed(3));
    const training = { learningRates: [0.05, 0.6], checkpoints: [10, 100], batch: 2 };
    const draws = Array.from({ length: 1500 }, (_, draw) =>
      trainBySgd(kernel, dataset, validation, training, Random.fromSeed(`draw ${draw}`)),
    );
    training.learningRates.forEach((learningRate, r) => {
      training.checkpoints.forEach((steps, c) => {
        const losses = draws.map((loss) => loss[r * 2 + c]!);
        const average = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
        const squares = losses.reduce((sum, loss) => sum + (loss - average) ** 2, 0);
        const standardError = Math.sqrt(squares / losses.length / (losses.length - 1));
        const expected = expectedLoss(kernel, dataset, validation, { learningRate, steps, batch: 2 });
        expect(Math.abs(average - expected)).toBeLessThan(4 * standardError);
      });
    });
  });

  test('diverges above the stable rate, and says so', () => {
    const kernel = randomKernel(activation, 20, Random.fromSeed(3));
    const training = { learningRates: [0.2, 16], checkpoints: [4000], batch: 2 };
    const [stable, unstable] = trainBySgd(kernel, dataset, validation, training, Random.fromSeed(1));
    expect(stable).toBeLessThan(1);
    expect(Number.isFinite(unstable)).toBe(false);
  });
});

describe('the expectation over batches', () => {
  const uniform = { tilt: 0, direction: 0 };
  const flat: Distribution = { ...dataset, density: uniform, moment: secondMoment(uniform, n) };
  const kernel = infiniteWidthKernel(activation);
  const closedForm = (learningRate: number, steps: number) =>
    flat.target.map((value, j) => -value * (1 - learningRate * eigenvalue(j)) ** steps);

  test('has the mean that each eigenfunction decays by 1 − ηλ a step', () => {
    const run = { learningRate: 0.7, steps: 37, batch: 2 };
    const error = expectedError(kernel, flat, run);
    closedForm(0.7, 37).forEach((value, j) => {
      expect(error[j]).toBeCloseTo(value, 13);
    });
  });

  test('is the loss of that mean alone when batches are large: only the bias is left', () => {
    const run = { learningRate: 0.7, steps: 37, batch: 1e12 };
    const bias = closedForm(0.7, 37).map((value, j) => value + flat.target[j]!);
    expect(expectedLoss(kernel, flat, validation, run)).toBeCloseTo(validationLoss(validation, bias), 10);
  });

  /** For uniform inputs and infinite width: s_0², and s_k²/4 twice for each frequency. */
  function eigenvalue(j: number): number {
    return j === 0 ? activation[0]! ** 2 : activation[(j + 1) >> 1]! ** 2 / 4;
  }
});
