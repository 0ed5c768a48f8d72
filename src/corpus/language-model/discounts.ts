/** What modified Kneser-Ney takes from each count, estimated from how many n-grams have counts 1 to 4. */
import { AssayError } from '../../errors.js';
import { adjustedCount, type GramLevel } from './count-grams.js';

/** Taken from counts of 1, of 2, and of 3 and more. */
export type Discounts = readonly [one: number, two: number, more: number];

/** For text whose counts do not allow an estimate, as in lmplz --discount_fallback. */
const fallback: Discounts = [0.5, 1, 1.5];

export function discountOf(discounts: Discounts, count: number): number {
  return count === 0 ? 0 : discounts[Math.min(count, 3) - 1]!;
}

/**
 * Chen and Goodman 1998, equation 26: D(j) = j - (j + 1) Y n(j+1) / n(j), where n(j) n-grams have adjusted count j and
 * Y = n(1) / (n(1) + 2 n(2)).
 *
 * @param order of the level's n-grams, for the message
 * @param useFallback take 0.5, 1 and 1.5 where there is no estimate
 * @throws AssayError where an n(j) is 0 or a discount is not between 0 and j
 */
export function estimateDiscounts(level: GramLevel, order: number, useFallback: boolean): Discounts {
  const n = [0, 0, 0, 0, 0];
  for (let gram = 0; gram < level.count; gram++) {
    const count = adjustedCount(level, gram);
    if (count <= 4) n[count]!++;
  }
  const y = n[1]! / (n[1]! + 2 * n[2]!);
  const discount = (j: number) => j - ((j + 1) * y * n[j + 1]!) / n[j]!;
  const discounts: Discounts = [discount(1), discount(2), discount(3)];
  if (discounts.every((value, i) => value >= 0 && value <= i + 1)) return discounts;
  if (useFallback) return fallback;
  throw new AssayError(
    `${order}-grams of the training text`,
    'their counts do not allow Kneser-Ney discounts',
    {
      expected: `some ${order}-grams with counts 1, 2 and 3, rarer the higher the count`,
      got: `${n[1]}, ${n[2]}, ${n[3]} and ${n[4]} ${order}-grams with counts 1 to 4`,
      fix: 'Train on more or less repetitive text, or with --discount-fallback.',
    },
  );
}
