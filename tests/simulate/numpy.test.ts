/** The linear algebra and the losses of the simulation against numpy and scipy (scripts/simulate-numpy.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { secondMoment } from '../../src/simulate/density.js';
import { expectedLoss } from '../../src/simulate/expected-loss.js';
import { featureCoefficients } from '../../src/simulate/harmonics.js';
import { infiniteWidthKernel, operatorSpectrum } from '../../src/simulate/kernel.js';
import { multiply, outer, transpose } from '../../src/simulate/matrix.js';
import { symmetricEigen } from '../../src/simulate/symmetric-eigen.js';
import { type Distribution, validationLoss } from '../../src/simulate/task.js';

interface Stored {
  tilt: number;
  direction: number;
  target: number[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/numpy.json', import.meta.url), 'utf8')) as {
  activation: number[];
  training: Stored;
  validation: Stored;
  symmetric: { n: number; matrix: number[]; values: number[] }[];
  moments: [number, number, number][];
  losses: { w: number[]; loss: number }[];
  infiniteWidthSpectrum: number[];
  spectrum: { angles: number[]; values: number[] };
  expectedLosses: { angles: number[]; learningRate: number; steps: number; batch: number; loss: number }[];
};

const { activation } = fixture;
const n = 7;
const training = distribution(fixture.training);
const validation = distribution(fixture.validation);

describe('symmetric eigenvalues', () => {
  test.each(fixture.symmetric)('are those of numpy at size $n', ({ n, matrix, values }) => {
    const eigen = symmetricEigen(Float64Array.from(matrix), n);
    close(eigen.values, values, 1e-12);
    const diagonal = Float64Array.from(matrix, (_, at) => (at % (n + 1) === 0 ? eigen.values[at % n]! : 0));
    const { vectors } = eigen;
    close(multiply(vectors, multiply(diagonal, transpose(vectors, n), n), n), matrix, 1e-12);
    const identity = Float64Array.from(matrix, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
    close(multiply(transpose(vectors, n), vectors, n), [...identity], 1e-12);
  });
});

describe('population quantities', () => {
  test('second moments of the inputs are those of adaptive quadrature', () => {
    const moment = secondMoment(training.density, n);
    for (const [cosine, sine, value] of fixture.moments)
      expect(moment[(cosine === 0 ? 0 : 2 * cosine - 1) * n + 2 * sine]).toBeCloseTo(value, 12);
  });

  test('validation losses are those of adaptive quadrature', () => {
    for (const { w, loss } of fixture.losses)
      expect(validationLoss(validation, Float64Array.from(w))).toBeCloseTo(loss, 12);
  });

  test('the kernel’s spectrum is that of the integral operator on a fine grid', () => {
    const infinite = operatorSpectrum(infiniteWidthKernel(activation), training.moment, n).values;
    close(infinite, fixture.infiniteWidthSpectrum, 1e-12);
    const finite = operatorSpectrum(kernelOf(fixture.spectrum.angles), training.moment, n).values;
    close(finite, fixture.spectrum.values, 1e-12);
  });
});

describe('the expected loss after SGD', () => {
  test.each(fixture.expectedLosses.map((run) => [run.angles.length, run.steps, run.batch, run] as const))(
    'is that of the recursion over all %i weights, %i steps, batch %i',
    (_m, _steps, _batch, run) => {
      const loss = expectedLoss(kernelOf(run.angles), training, validation, run);
      expect(Math.abs(loss / run.loss - 1)).toBeLessThan(1e-9);
    },
  );
});

function distribution({ tilt, direction, target }: Stored): Distribution {
  const density = { tilt, direction };
  return { density, target: Float64Array.from(target), moment: secondMoment(density, n) };
}

/** The kernel of the first layer with these angles. */
function kernelOf(angles: number[]): Float64Array {
  const kernel = new Float64Array(n * n);
  for (const angle of angles)
    outer(featureCoefficients(activation, angle)).forEach((value, at) => {
      kernel[at]! += value / angles.length;
    });
  return kernel;
}

function close(got: ArrayLike<number>, wanted: number[], tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(tolerance);
  });
}
