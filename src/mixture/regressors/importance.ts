/** How much of what a fit says each feature decides, for fits that do not count it themselves. */
import type { Matrix } from './regressor.js';

/**
 * [features] Mean square change of the predictions on the training rows when one feature is held at its mean, as shares
 * that add up to 1; all 0 where nothing changes.
 */
export function importanceByHolding(predict: (rows: Matrix) => Float64Array, rows: Matrix): Float64Array {
  const { columns, values } = rows;
  const plain = predict(rows);
  const changes = Float64Array.from({ length: columns }, (_, held) => {
    let mean = 0;
    for (let at = held; at < values.length; at += columns) mean += values[at]! / rows.rows;
    const without = predict({ ...rows, values: values.map((x, at) => (at % columns === held ? mean : x)) });
    return without.reduce((sum, value, i) => sum + (value - plain[i]!) ** 2, 0);
  });
  const total = changes.reduce((sum, change) => sum + change, 0);
  return total > 0 ? changes.map((change) => change / total) : changes.fill(0);
}
