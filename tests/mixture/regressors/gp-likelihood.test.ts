/** The Gaussian process at given hyperparameters: scikit-learn's figures, and gradients by finite differences. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inputNames } from '../../../src/mixture/regressors/gp/inputs.js';
import { type KernelName, kernelNames } from '../../../src/mixture/regressors/gp/kernel.js';
import { posterior } from '../../../src/mixture/regressors/gp/likelihood.js';
import { type GpModel, gpLayout, gpModel, gpStart } from '../../../src/mixture/regressors/gp/model.js';
import { predictGp } from '../../../src/mixture/regressors/gp/predict.js';
import type { Matrix } from '../../../src/mixture/regressors/regressor.js';

interface Case {
  kernel: KernelName;
  input: (typeof inputNames)[number];
  lengths: number[];
  signal: number;
  linear: number;
  noise: number;
  logLikelihood: number;
  mean: number[];
  error: number[];
}
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/sklearn-gp.json', import.meta.url), 'utf8'),
) as Record<'rows' | 'targets' | 'noises' | 'asked' | 'floors', number[]> & {
  columns: number;
  cases: Case[];
};
const rows = matrix(fixture.rows);
const targets = Float64Array.from(fixture.targets);
const data = { rows, targets, variance: Float64Array.from(fixture.noises, (noise) => noise * noise) };

describe('the same hyperparameters as in scikit-learn', () => {
  test.each(fixture.cases)('$kernel over $input give its log marginal likelihood', (its) => {
    const { model, hyper } = asFitted(its);
    expect(posterior(model, hyper, data)!.logLikelihood).toBeCloseTo(its.logLikelihood, 6);
  });

  test.each(fixture.cases)('$kernel over $input give its predictions and their errors', (its) => {
    const { model, hyper } = asFitted(its);
    const asked = matrix(fixture.asked);
    const variances = new Float64Array(asked.rows);
    const means = predictGp(model, hyper, posterior(model, hyper, data)!, asked, variances);
    means.forEach((mean, i) => {
      expect(mean).toBeCloseTo(its.mean[i]!, 6);
      expect(Math.sqrt(variances[i]! + its.noise ** 2)).toBeCloseTo(its.error[i]!, 6);
    });
  });
});

describe.each(kernelNames)('the gradient of the log marginal likelihood, %s', (kernel) => {
  test.each(inputNames)('over %s is that of finite differences', (input) => {
    const model = gpModel(rows, kernel, input);
    const hyper = gpStart(model).map((value, at) => value + 0.3 * Math.sin(7 * at));
    const gradient = new Float64Array(hyper.length);
    posterior(model, hyper, data, gradient);
    const moved = (at: number, by: number) => hyper.map((value, i) => (i === at ? value + by : value));
    const value = (point: Float64Array) => posterior(model, point, data)!.logLikelihood;
    const largest = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    for (let at = 0; at < hyper.length; at++) {
      const slope = (value(moved(at, 1e-5)) - value(moved(at, -1e-5))) / 2e-5;
      expect(Math.abs(slope - gradient[at]!)).toBeLessThan(1e-7 * largest);
    }
  });
});

/** Lengths of the fixture are in plain units. */
function asFitted({ kernel, input, lengths, signal, linear, noise }: Case): {
  model: GpModel;
  hyper: Float64Array;
} {
  const usual = gpModel(rows, kernel, input);
  const model = { ...usual, unit: usual.unit.map(() => 1) };
  const floors = input === 'log' ? fixture.floors : [];
  const hyper = Float64Array.from([...floors, ...lengths, signal, linear, noise], Math.log);
  expect(hyper).toHaveLength(gpLayout(model).size);
  return { model, hyper };
}

function matrix(values: number[]): Matrix {
  const { columns } = fixture;
  return { rows: values.length / columns, columns, values: Float64Array.from(values) };
}
