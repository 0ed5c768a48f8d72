/**
 * The order in which a budget buys: first two seeds of the smallest model, then the third, then longer runs and larger
 * models in turn, and seeds again when nothing else is left.
 *
 * No stretch of the path has fewer tokens in all than the one before, so a larger budget never chooses fewer.
 */
import type { RunSize } from './run-size.js';

/** Runs of one size and number of seeds, from `leastSteps` to `mostSteps` long. */
export interface Stretch extends Pick<RunSize, 'model' | 'parameters' | 'batch' | 'context'> {
  seeds: number;
  leastSteps: number;
  mostSteps: number;
}

/** The paper's number. With one seed nothing shows how much seeds matter, so a budget never chooses one. */
const usualSeeds = 3;
const fewestSeeds = 2;
const mostSeeds = 8;

/**
 * @param sizes smallest model first, at least one
 * @param seeds where the study says how many
 */
export function buyingPath(sizes: readonly RunSize[], seeds?: number): Stretch[] {
  // The same for all sizes, and whole steps of each, since their steps are one another's multiples.
  const longest = Math.max(...sizes.map(stepOf));
  const held = longest * Math.floor(Math.min(...sizes.map(({ usableTokens }) => usableTokens)) / longest);
  const stretch = (size: RunSize, count: number, least: number, most: number): Stretch => {
    const { model, parameters, batch, context } = size;
    const step = stepOf(size);
    const leastSteps = Math.ceil(Math.min(held, least) / step);
    const mostSteps = Math.max(leastSteps, Math.floor(Math.min(held, most) / step));
    return { model, parameters, batch, context, seeds: count, leastSteps, mostSteps };
  };
  const path: Stretch[] = [];
  const smallest = sizes[0]!;
  if (seeds === undefined) {
    // As many tokens in all as the third seed starts with.
    const most = (smallest.leastTokens * usualSeeds) / fewestSeeds;
    path.push(stretch(smallest, fewestSeeds, smallest.leastTokens, Math.min(smallest.mostTokens, most)));
  }
  let reached = smallest.leastTokens;
  for (const [i, size] of sizes.entries()) {
    const least = i === 0 ? reached : Math.max(reached, size.goodTokens);
    const next = sizes[i + 1]?.goodTokens ?? Number.POSITIVE_INFINITY;
    const added = stretch(size, seeds ?? usualSeeds, least, Math.min(size.mostTokens, next));
    path.push(added);
    reached = added.mostSteps * stepOf(size);
  }
  if (seeds === undefined) {
    for (let more = usualSeeds + 1; more <= mostSeeds; more++)
      path.push(stretch(sizes.at(-1)!, more, reached, reached));
  }
  return path;
}

/** Tokens of an optimizer step. */
const stepOf = ({ batch, context }: Pick<RunSize, 'batch' | 'context'>): number => batch * context;
