/**
 * What a Gaussian process measures distances in: a transform of the shares, each with the reason to try it.
 *
 * A loss moves most where a domain is rare, so that plain shares make it far from stationary. Parameters of a transform
 * are fitted with the other hyperparameters.
 */
import type { Matrix } from '../regressor.js';

export const inputNames = ['log', 'sqrt', 'identity', 'ilr'] as const;
export type InputName = (typeof inputNames)[number];

/** What a transform keeps of the rows it was made for. */
export interface InputStart {
  /** [features] Smallest value where that is below 0, else 0: subtracted, so that logarithms exist. */
  least: Float64Array;
  /** [features] A twentieth of the mean: where `log` starts to see differences. */
  floor: Float64Array;
}

export interface InputTransform {
  /** Number of transformed features of rows of so many columns. */
  width(columns: number): number;
  /** Logarithms of the parameters to start from; empty for a transform without any. */
  parameters(start: InputStart): Float64Array;
  /** [rows, width] */
  apply(rows: Matrix, start: InputStart, parameters: Float64Array): Matrix;
  /** [parameters] Gradient by the parameters, given `upstream` [rows, width], the gradient by the features. */
  backward(rows: Matrix, start: InputStart, parameters: Float64Array, upstream: Matrix): Float64Array;
}

export function inputStart({ rows, columns, values }: Matrix): InputStart {
  const least = new Float64Array(columns);
  for (let at = 0; at < values.length; at++)
    least[at % columns] = Math.min(least[at % columns]!, values[at]!);
  const floor = new Float64Array(columns);
  for (let at = 0; at < values.length; at++)
    floor[at % columns]! += (values[at]! - least[at % columns]!) / (20 * rows);
  return { least, floor: floor.map((value) => value || 0.05) };
}

/** f(x) = map(x − least, column) for every value. */
function elementwise(
  rows: Matrix,
  { least }: InputStart,
  map: (x: number, column: number) => number,
): Matrix {
  const { columns } = rows;
  const values = rows.values.map((x, at) => map(Math.max(0, x - least[at % columns]!), at % columns));
  return { ...rows, values };
}

const fixed = (map: (x: number) => number): InputTransform => ({
  width: (columns) => columns,
  parameters: () => new Float64Array(),
  apply: (rows, start) => elementwise(rows, start, map),
  backward: () => new Float64Array(),
});

export const inputs: Record<InputName, InputTransform> = {
  /** log(1 + share / floor), a floor of its own for every domain: ratios above the floor, differences below it. */
  log: {
    width: (columns) => columns,
    parameters: ({ floor }) => floor.map(Math.log),
    apply: (rows, start, parameters) => {
      const floor = parameters.map(Math.exp);
      return elementwise(rows, start, (x, column) => Math.log1p(x / floor[column]!));
    },
    backward: (rows, start, parameters, upstream) => {
      const floor = parameters.map(Math.exp);
      // d log(1 + x/e^θ) / dθ = −x / (x + e^θ)
      const slope = elementwise(rows, start, (x, column) => -x / (x + floor[column]!));
      const gradient = new Float64Array(rows.columns);
      slope.values.forEach((value, at) => {
        gradient[at % rows.columns]! += value * upstream.values[at]!;
      });
      return gradient;
    },
  },
  /** Square roots: their Euclidean distance is Hellinger's between mixtures. */
  sqrt: fixed(Math.sqrt),
  identity: fixed((x) => x),
  /** Isometric log-ratio of shares above their floor: Aitchison's geometry of compositions, one dimension fewer. */
  ilr: {
    width: (columns) => Math.max(1, columns - 1),
    parameters: () => new Float64Array(),
    apply: (rows, start) =>
      isometricLogRatio(elementwise(rows, start, (x, column) => Math.log(x + start.floor[column]!))),
    backward: () => new Float64Array(),
  },
};

/** Coordinates in Helmert's basis: part j + 1 against the geometric mean of the j parts before it. */
function isometricLogRatio({ rows, columns, values }: Matrix): Matrix {
  const width = Math.max(1, columns - 1);
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    let before = 0;
    for (let j = 1; j < columns; j++) {
      before += values[i * columns + j - 1]!;
      out[i * width + j - 1] = Math.sqrt(j / (j + 1)) * (before / j - values[i * columns + j]!);
    }
  }
  return { rows, columns: width, values: out };
}
