/**
 * The Gaussian process that is fitted: y = constant + linear(x) + f(transform(x)) + noise, where f has a stationary
 * kernel with a length scale for every transformed feature, and the linear mean has a Gaussian prior on its weights (so
 * that it is a second kernel, and its uncertainty counts).
 */
import type { Matrix } from '../regressor.js';
import { type InputName, type InputStart, inputStart, inputs } from './inputs.js';
import type { KernelName } from './kernel.js';

export interface GpModel {
  kernel: KernelName;
  input: InputName;
  start: InputStart;
  /** [width] Standard deviation of each transformed feature at the start: the unit of its length scale. */
  unit: Float64Array;
  /** [columns] Mean and standard deviation of each plain feature: what the linear mean sees is standardised. */
  centre: Float64Array;
  spread: Float64Array;
}

/** Where the natural logarithms of the hyperparameters stand in their vector. */
export interface GpLayout {
  /** Parameters of the input transform come first; this is their number. */
  transform: number;
  /** First length scale; as many as transformed features. */
  lengths: number;
  /** Standard deviations of f, of a weight of the linear mean, and of the noise. */
  signal: number;
  linear: number;
  noise: number;
  size: number;
}

export function gpModel(rows: Matrix, kernel: KernelName, input: InputName): GpModel {
  const start = inputStart(rows);
  const transform = inputs[input];
  const unit = moments(transform.apply(rows, start, transform.parameters(start))).spread;
  const { centre, spread } = moments(rows);
  return { kernel, input, start, unit, centre, spread };
}

export function gpLayout({ input, start, unit }: GpModel): GpLayout {
  const transform = inputs[input].parameters(start).length;
  const signal = transform + unit.length;
  return { transform, lengths: transform, signal, linear: signal + 1, noise: signal + 2, size: signal + 3 };
}

/**
 * Where the search begins, for targets of mean 0 and variance 1. Length scales grow with the square root of the number
 * of features, as distances do.
 */
export function gpStart(model: GpModel): Float64Array {
  const layout = gpLayout(model);
  const start = new Float64Array(layout.size);
  start.set(inputs[model.input].parameters(model.start));
  start.fill(Math.log(1.25 * Math.sqrt(model.unit.length)), layout.lengths, layout.signal);
  start[layout.linear] = Math.log(0.1);
  start[layout.noise] = Math.log(0.02);
  return start;
}

/** [columns] Mean and standard deviation of each column; 1 for a column that never changes. */
function moments({ rows, columns, values }: Matrix): { centre: Float64Array; spread: Float64Array } {
  const centre = new Float64Array(columns);
  const spread = new Float64Array(columns);
  for (let at = 0; at < values.length; at++) centre[at % columns]! += values[at]! / rows;
  for (let at = 0; at < values.length; at++)
    spread[at % columns]! += (values[at]! - centre[at % columns]!) ** 2 / rows;
  // Below 1e-12 of the mean it is rounding that differs.
  const changes = (value: number, column: number) =>
    Math.sqrt(value) > 1e-12 * Math.abs(centre[column]!) ? Math.sqrt(value) : 1;
  return { centre, spread: spread.map(changes) };
}
