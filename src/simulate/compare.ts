/** From mean losses to signs: how often a pair is ordered as its best achievable losses are. */

import type { Losses } from './average.js';
import { isInside, strictest } from './region.js';
import type { Cell, Pair, RandomFeatures, Settings, Side } from './result.js';

/** @param losses see `averagedLosses`; losses that are equal or not finite never agree */
export function comparePairs(
  pairs: readonly Pair[],
  losses: Losses,
  { widths, checkpoints, learningRates }: Settings,
): Pick<RandomFeatures, 'cells' | 'inside' | 'below' | 'above' | 'reliable'> {
  let comparisons = 0;
  let agreed = 0;
  const cells: Cell[] = [];
  let lowestCell = 1;
  widths.forEach((width, m) => {
    checkpoints.forEach((steps, c) => {
      learningRates.forEach((learningRate, r) => {
        const at = r * checkpoints.length + c;
        const outcomes = pairs.map(({ task, datasets: [a, b], gap, region }) => {
          const difference = losses[task]![m]![a]![at]! - losses[task]![m]![b]![at]!;
          return {
            agrees: Number.isFinite(difference) && Math.sign(difference) === Math.sign(gap),
            diverged: !Number.isFinite(difference),
            inside: isInside(region, width, steps, learningRate),
          };
        });
        const inside = outcomes.filter((outcome) => outcome.inside);
        const right = inside.filter(({ agrees }) => agrees).length;
        comparisons += inside.length;
        agreed += right;
        if (inside.length > 0) lowestCell = Math.min(lowestCell, right / inside.length);
        cells.push({
          width,
          steps,
          learningRate,
          agreement: share(outcomes.map(({ agrees }) => agrees)),
          diverged: share(outcomes.map(({ diverged }) => diverged)),
          inside: inside.length / outcomes.length,
        });
      });
    });
  });
  const longest = cells.filter(({ width, steps }) => width === widths.at(-1) && steps === checkpoints.at(-1));
  const { largestRate } = strictest(pairs.map(({ region }) => region));
  const outside = longest.filter(({ inside }) => inside === 0);
  const reliable = longest
    .filter(({ agreement }) => agreement >= 0.95)
    .map(({ learningRate }) => learningRate);
  return {
    cells,
    inside: { comparisons, agreement: agreed / comparisons, lowestCell },
    below: worst(outside.filter(({ learningRate }) => learningRate < largestRate)),
    above: worst(outside.filter(({ learningRate }) => learningRate > largestRate)),
    reliable: reliable.length === 0 ? null : { from: reliable[0]!, to: reliable.at(-1)! },
  };
}

function share(answers: readonly boolean[]): number {
  return answers.filter(Boolean).length / answers.length;
}

function worst(cells: readonly Cell[]): Side {
  const [first, ...rest] = cells;
  const { learningRate, agreement, diverged } = rest.reduce(
    (low, cell) => (cell.agreement < low.agreement ? cell : low),
    first!,
  );
  return { learningRate, agreement, diverged };
}
