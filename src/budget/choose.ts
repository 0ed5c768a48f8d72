/** The choice: as far along the buying path as the budget goes, and as many steps there as it pays. */
import type { Stretch } from './path.js';

export interface Choice {
  stretch: Stretch;
  steps: number;
  /** The next stretch, which the budget does not pay. */
  next?: Stretch;
}

/**
 * @param path as `buyingPath` gives it
 * @param pays whether the budget pays so many steps; when it pays more, it pays fewer
 * @returns undefined when it does not pay the least of the path
 */
export function choose(
  path: readonly Stretch[],
  pays: (stretch: Stretch, steps: number) => boolean,
): Choice | undefined {
  const at = path.findLastIndex((stretch) => pays(stretch, stretch.leastSteps));
  if (at < 0) return undefined;
  const stretch = path[at]!;
  const next = path[at + 1];
  let [paid, unpaid] = [stretch.leastSteps, stretch.mostSteps + 1];
  while (unpaid - paid > 1) {
    const middle = Math.floor((paid + unpaid) / 2);
    if (pays(stretch, middle)) paid = middle;
    else unpaid = middle;
  }
  return { stretch, steps: paid, ...(next === undefined ? {} : { next }) };
}
