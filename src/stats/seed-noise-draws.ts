/** Means of recipes as other seeds might have given them. */
import type { Random } from '../random.js';
import { mean } from './mean.js';

/**
 * Bootstrap of residuals over seeds: each draw is the recipes' means plus the mean of as many residuals, drawn with
 * replacement, as the recipe has seeds. What a seed does to all recipes alike is no residual where every recipe has the
 * same seeds, and residuals are scaled up for the degrees of freedom that the means took, so the spread of the draws is
 * that of means over other seeds even with two or three of them (Davison and Hinkley 1997, section 2.3). A recipe of one
 * seed borrows the residuals of the others; one with a value that is not finite stays as it is.
 *
 * @param values one row a recipe, one value a seed
 * @param seeds names of the seeds, as `values`
 * @returns undefined where every recipe has a single seed, else a function that draws: one mean a recipe
 * @example const draw = seedNoiseDraws([[1, 2], [2, 4]], [['a', 'b'], ['a', 'b']], random); draw() // [1.5, 3] or near
 */
export function seedNoiseDraws(
  values: readonly (readonly number[])[],
  seeds: readonly (readonly string[])[],
  random: Random,
): (() => number[]) | undefined {
  const means = values.map((row) => mean(row));
  const finite = values.map((row) => row.every(Number.isFinite));
  const rows = values.filter((_, r) => finite[r]);
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  const names = [...new Set(seeds.flat())];
  const paired = rows.length > 1 && seeds.every((row) => names.every((name) => row.includes(name)));
  const shared = new Map(names.map((name) => [name, 0]));
  if (paired) {
    for (const name of names) {
      const deviations = values.flatMap((row, r) =>
        finite[r] ? row[seeds[r]!.indexOf(name)]! - means[r]! : [],
      );
      shared.set(name, mean(deviations));
    }
  }
  const degrees = count - rows.length - (paired ? names.length - 1 : 0);
  if (degrees <= 0) return undefined;
  const scale = Math.sqrt(count / degrees);
  const residuals = values.map((row, r) =>
    finite[r] ? row.map((value, s) => scale * (value - means[r]! - shared.get(seeds[r]![s]!)!)) : [0],
  );
  const pool = residuals.filter((row) => row.length > 1).flat();
  const sources = residuals.map((row, r) => (finite[r] && row.length === 1 ? pool : row));
  return () =>
    means.map((centre, r) => {
      const source = sources[r]!;
      const size = values[r]!.length;
      let sum = 0;
      for (let s = 0; s < size; s++) sum += source[random.below(source.length)]!;
      return Number.isFinite(centre) ? centre + sum / size : Number.POSITIVE_INFINITY;
    });
}
