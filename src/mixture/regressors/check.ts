/** What every regressor refuses, in the same words. */
import { AssayError } from '../../errors.js';
import type { FittedJson, Matrix } from './regressor.js';

/** @throws AssayError unless there are rows, as many targets (and noises), and all of them finite */
export function checkTraining(
  regressor: string,
  rows: Matrix,
  targets: Float64Array,
  noise?: Float64Array,
): void {
  const subject = `regressor "${regressor}"`;
  if (rows.rows === 0 || rows.columns === 0)
    throw new AssayError(subject, 'nothing to fit', {
      expected: 'at least one row and one feature',
      got: `${rows.rows} rows of ${rows.columns} features`,
    });
  checkFinite(subject, rows);
  checkColumn(subject, 'targets', targets, rows.rows, (value) => Number.isFinite(value), 'a finite number');
  if (noise !== undefined)
    checkColumn(
      subject,
      'noises',
      noise,
      rows.rows,
      (v) => v >= 0 && v < Infinity,
      'a finite number of at least 0',
    );
}

/** @throws AssayError unless the rows have the fitted number of features, all of them finite */
export function checkRows(regressor: string, rows: Matrix, features: number): void {
  const subject = `regressor "${regressor}"`;
  if (rows.columns !== features)
    throw new AssayError(subject, 'rows of another width than those fitted', {
      expected: `${features} features`,
      got: `${rows.columns}`,
    });
  checkFinite(subject, rows);
}

/** @throws AssayError unless this regressor wrote the fit */
export function checkWriter(regressor: string, json: FittedJson): void {
  if (json.regressor !== regressor)
    throw new AssayError('fit', 'written by another regressor', {
      expected: `"${regressor}"`,
      got: JSON.stringify(json.regressor),
    });
}

function checkFinite(subject: string, { rows, columns, values }: Matrix): void {
  if (values.length !== rows * columns)
    throw new AssayError(subject, 'rows without a value for every feature', {
      expected: `${rows * columns} values`,
      got: `${values.length}`,
    });
  for (let at = 0; at < values.length; at++)
    if (!Number.isFinite(values[at]))
      throw new AssayError(
        subject,
        `row ${Math.floor(at / columns) + 1}, feature ${(at % columns) + 1} is not a finite number`,
        { got: `${values[at]}` },
      );
}

function checkColumn(
  subject: string,
  what: string,
  values: Float64Array,
  rows: number,
  allowed: (value: number) => boolean,
  expected: string,
): void {
  if (values.length !== rows)
    throw new AssayError(subject, `another number of ${what} than of rows`, {
      expected: `${rows}`,
      got: `${values.length}`,
    });
  const wrong = values.findIndex((value) => !allowed(value));
  if (wrong >= 0)
    throw new AssayError(subject, `row ${wrong + 1} of the ${what} is not valid`, {
      expected,
      got: `${values[wrong]}`,
    });
}
