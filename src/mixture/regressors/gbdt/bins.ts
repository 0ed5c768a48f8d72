/**
 * The bins of a feature: its values to at most 255 intervals, so that a histogram can stand for its rows.
 *
 * The rules are LightGBM's, because the bins are where trees of two implementations part first: zero (no share of a
 * domain at all) has a bin of its own, a bin holds at least `minRowsInBin` rows, a value that is frequent enough gets a
 * bin of its own, and a bound lies one rounding step above the middle of two neighbouring values.
 */

/** Values up to this size count as zero. */
const zeroThreshold = Math.fround(1e-35);

export interface BinOptions {
  /** At most this many bins a feature, zero's included; at most 256. */
  maxBins: number;
  minRowsInBin: number;
}

/** Distinct values, ascending, and how many rows have each. */
interface Distinct {
  values: number[];
  counts: number[];
}

/**
 * [bins − 1] Upper bounds of all bins but the last, ascending; a value is in the first bin whose bound is not below it.
 *
 * @param column [rows] one feature's values, in any order, all finite
 */
export function findBins(column: Float64Array, { maxBins, minRowsInBin }: BinOptions): Float64Array {
  const { values, counts } = distinctValues(column);
  const positive = values.findIndex((value) => value > zeroThreshold);
  const negatives = values.findIndex((value) => value > -zeroThreshold);
  const left = part(values, counts, 0, negatives < 0 ? values.length : negatives);
  const right = part(values, counts, positive < 0 ? values.length : positive, values.length);

  const bounds: number[] = [];
  if (left.values.length > 0 && maxBins > 1) {
    const share = rowsOf(left) / (rowsOf(left) + rowsOf(right));
    const bins = Math.max(1, Math.trunc(share * (maxBins - 1)));
    bounds.push(...greedyBounds(left, bins, minRowsInBin), -zeroThreshold);
  }
  const bins = maxBins - 1 - bounds.length;
  if (right.values.length > 0 && bins > 0)
    bounds.push(zeroThreshold, ...greedyBounds(right, bins, minRowsInBin));
  return Float64Array.from(bounds);
}

/** The bin of a value among `bounds`: how many bounds lie below it. */
export function binOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

function distinctValues(column: Float64Array): Distinct {
  const sorted = column.filter((value) => Math.abs(value) > zeroThreshold).sort();
  const zeros = column.length - sorted.length;
  const values: number[] = [];
  const counts: number[] = [];
  const add = (value: number, count: number) => {
    values.push(value);
    counts.push(count);
  };
  if (sorted.length === 0 || (sorted[0]! > 0 && zeros > 0)) add(0, zeros);
  sorted.forEach((value, i) => {
    const previous = sorted[i - 1];
    if (previous === undefined) add(value, 1);
    else if (value > nextAbove(previous)) {
      if (previous < 0 && value > 0) add(0, zeros);
      add(value, 1);
    } else {
      // Values one rounding step apart are one value: the larger.
      values[values.length - 1] = value;
      counts[counts.length - 1]!++;
    }
  });
  if (sorted.length > 0 && sorted.at(-1)! < 0 && zeros > 0) add(0, zeros);
  return { values, counts };
}

/** Bounds between values of one sign, fewer than `maxBins`: a bin for every value if they fit, else bins alike in rows. */
function greedyBounds({ values, counts }: Distinct, maxBins: number, minRowsInBin: number): number[] {
  const bounds: number[] = [];
  const addBetween = (below: number, above: number): boolean => {
    const bound = nextAbove((below + above) / 2);
    if (bounds.length > 0 && bound <= nextAbove(bounds.at(-1)!)) return false;
    bounds.push(bound);
    return true;
  };
  if (values.length <= maxBins) {
    let rows = 0;
    for (let i = 0; i < values.length - 1; i++) {
      rows += counts[i]!;
      if (rows >= minRowsInBin && addBetween(values[i]!, values[i + 1]!)) rows = 0;
    }
    return bounds;
  }

  const total = counts.reduce((sum, count) => sum + count, 0);
  const bins = minRowsInBin > 0 ? Math.max(1, Math.min(maxBins, Math.floor(total / minRowsInBin))) : maxBins;
  const isFrequent = counts.map((count) => count >= total / bins);
  let binsLeft = bins;
  let rowsLeft = total;
  counts.forEach((count, i) => {
    if (!isFrequent[i]) return;
    binsLeft--;
    rowsLeft -= count;
  });
  let rowsPerBin = rowsLeft / binsLeft;
  let rows = 0;
  let closed = 0;
  for (let i = 0; i < values.length - 1 && closed < bins - 1; i++) {
    if (!isFrequent[i]) rowsLeft -= counts[i]!;
    rows += counts[i]!;
    const full = isFrequent[i] || rows >= rowsPerBin;
    if (!full && !(isFrequent[i + 1] && rows >= Math.max(1, rowsPerBin * 0.5))) continue;
    addBetween(values[i]!, values[i + 1]!);
    closed++;
    rows = 0;
    if (isFrequent[i]) continue;
    binsLeft--;
    rowsPerBin = rowsLeft / binsLeft;
  }
  return bounds;
}

function part(values: number[], counts: number[], from: number, to: number): Distinct {
  return { values: values.slice(from, to), counts: counts.slice(from, to) };
}

function rowsOf({ counts }: Distinct): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The next larger float64 of a finite number. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  float[0] = value;
  bits[0] = bits[0]! + (value > 0 ? 1n : -1n);
  return float[0];
}
