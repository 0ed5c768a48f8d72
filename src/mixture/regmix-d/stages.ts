/** Trajectories to what a regressor of one stage learns from: mixture and losses before, losses after. */
import { AssayError } from '../../errors.js';
import type { Matrix } from '../regressors/regressor.js';
import { lossesAt, mixtureOver, type Trajectories } from './trajectories.js';

/** [stages + 1] Shares of the training at which stages begin and end: 0, ascending, 1. */
export type Boundaries = readonly number[];

/** Rows of one stage. */
export interface StageRows {
  /** [runs, domains + metrics] Mixture of the stage, then the losses at its begin. */
  features: Matrix;
  /** [runs, metrics] */
  before: Matrix;
  /** [runs, metrics] */
  after: Matrix;
}

/**
 * @param stages how many of equal length, or the shares of the training at which all but the last end, such as
 *   `[0.1, 0.5]` for three
 * @throws AssayError for no stage, and shares that do not ascend between 0 and 1
 */
export function boundariesOf(stages: number | readonly number[]): Boundaries {
  const inner =
    typeof stages === 'number' ? Array.from({ length: stages - 1 }, (_, i) => (i + 1) / stages) : stages;
  const boundaries = [0, ...inner, 1];
  if (typeof stages === 'number' && !(Number.isInteger(stages) && stages >= 1 && stages <= 1000))
    throw new AssayError('stages', 'not a number of stages', { expected: '1 to 1000', got: `${stages}` });
  if (!boundaries.every((at, i) => i === 0 || at > boundaries[i - 1]!))
    throw new AssayError('stages', 'their ends do not ascend', {
      expected: 'shares of the training between 0 and 1, such as 0.1,0.5',
      got: inner.join(','),
    });
  return boundaries;
}

/** [stages] */
export function stageRows(trajectories: Trajectories, boundaries: Boundaries): StageRows[] {
  const { runs, domains, metrics } = trajectories;
  const at = boundaries.map((boundary) =>
    stack(
      runs.map((run) => lossesAt(run, boundary)),
      metrics.length,
    ),
  );
  return boundaries.slice(1).map((end, stage) => {
    const begin = boundaries[stage]!;
    const mixtures = stack(
      runs.map((run) => mixtureOver(run, begin, end)),
      domains.length,
    );
    return { features: beside(mixtures, at[stage]!), before: at[stage]!, after: at[stage + 1]! };
  });
}

/** Rows one below the other. */
export function stack(rows: readonly Float64Array[], columns: number): Matrix {
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    values.set(row, i * columns);
  });
  return { rows: rows.length, columns, values };
}

/** The columns of `left`, then those of `right`. */
export function beside(left: Matrix, right: Matrix): Matrix {
  const columns = left.columns + right.columns;
  const values = new Float64Array(left.rows * columns);
  for (let row = 0; row < left.rows; row++) {
    values.set(left.values.subarray(row * left.columns, (row + 1) * left.columns), row * columns);
    values.set(
      right.values.subarray(row * right.columns, (row + 1) * right.columns),
      row * columns + left.columns,
    );
  }
  return { rows: left.rows, columns, values };
}

/** One column of a matrix. */
export function columnOf({ rows, columns, values }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!);
}

/** [times, columns] The same row again and again. */
export function repeated(row: Float64Array, times: number): Matrix {
  return stack(Array<Float64Array>(times).fill(row), row.length);
}
