/**
 * Compensated sum.
 *
 * Neumaier's variant of Kahan summation: a second float carries what each addition rounded away, so that the
 * error does not grow with the number of terms. Use it wherever thousands of losses are added up and two such
 * sums are then subtracted. The sum of nothing is 0; any NaN makes the sum NaN.
 *
 * @example sum([1, 1e100, 1, -1e100]) // 2, where plain addition gives 0
 */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  // An infinite total makes the correction NaN.
  return Number.isFinite(total) ? total + lost : total;
}
