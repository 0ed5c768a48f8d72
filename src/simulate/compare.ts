/** From mean losses to signs: how often a pair is ordered as its best achievable losses are. */
import type { Losses } from './average.js';
import { isInside, strictest } from './region.js';
import type { Cell, Pair, RandomFeatures, Settings, Side } from './result.js';

/** What one cell says of every pair. */
interface Answers extends Pick<Cell, 'width' | 'steps' | 'learningRate'> {
  pairs: { agrees: boolean; diverged: boolean; inside: boolean }[];
}

/** @param losses see `averagedLosses`; losses that are equal or not finite never agree */
export function comparePairs(
  pairs: readonly Pair[],
  losses: Losses,
  { widths, checkpoints, learningRates, batch }: Settings,
): Pick<RandomFeatures, 'cells' | 'inside' | 'below' | 'above' | 'reliable'> {
  const { length } = checkpoints;
  const answers = widths.flatMap((width, m) =>
    checkpoints.flatMap((steps, c) =>
      learningRates.map((learningRate, r): Answers => {
        const loss = (task: number, dataset: number) => losses[task]![m]![dataset]![r * length + c]!;
        return {
          width,
          steps,
          learningRate,
          pairs: pairs.map(({ task, datasets: [a, b], gap, region }) => {
            const difference = loss(task, a) - loss(task, b);
            return {
              agrees: Number.isFinite(difference) && Math.sign(difference) === Math.sign(gap),
              diverged: !Number.isFinite(difference),
              inside: isInside(region, { width, steps, learningRate, batch }),
            };
          }),
        };
      }),
    ),
  );
  const cells = answers.map(({ width, steps, learningRate, pairs }): Cell => {
    const agreement = share(pairs, ({ agrees }) => agrees);
    const diverged = share(pairs, ({ diverged }) => diverged);
    return { width, steps, learningRate, agreement, diverged, inside: share(pairs, ({ inside }) => inside) };
  });
  const insides = answers.map(({ pairs }) => pairs.filter(({ inside }) => inside));
  const compared = insides.flat();
  const longest = cells.filter(({ width, steps }) => width === widths.at(-1) && steps === checkpoints.at(-1));
  const { largestRate } = strictest(pairs.map(({ region }) => region));
  const outside = longest.filter(({ inside }) => inside === 0);
  const reliable = longest
    .filter(({ agreement }) => agreement >= 0.95)
    .map(({ learningRate }) => learningRate);
  return {
    cells,
    inside: {
      comparisons: compared.length,
      agreement: share(compared, ({ agrees }) => agrees),
      lowestCell: Math.min(
        ...insides.filter((cell) => cell.length > 0).map((cell) => share(cell, ({ agrees }) => agrees)),
      ),
    },
    below: worst(outside.filter(({ learningRate }) => learningRate < largestRate)),
    above: worst(outside.filter(({ learningRate }) => learningRate > largestRate)),
    reliable: reliable.length === 0 ? null : { from: reliable[0]!, to: reliable.at(-1)! },
  };
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}

function worst(cells: readonly Cell[]): Side {
  const [first, ...rest] = cells;
  const { learningRate, agreement, diverged } = rest.reduce(
    (low, cell) => (cell.agreement < low.agreement ? cell : low),
    first!,
  );
  return { learningRate, agreement, diverged };
}
