/** Validation losses over training as lines: one mean line a recipe, one faint line a run. */
import type { Report } from '../../records.js';
import { mean } from '../../stats/index.js';
import { names, trainedTrajectories, type Undecided } from '../view.js';

export interface Point {
  tokens: number;
  value: number;
}

export interface Series {
  recipe: string;
  /** Mean over seeds at the steps that all of them reached. */
  mean: Point[];
  seeds: Point[][];
}

type Value = (point: Report['trajectories'][number]['points'][number]) => number | undefined;

/** Ranked recipes only, in rank order; a failed run draws no line, and neither does a run without evaluations. */
export function seriesOf(report: Undecided, value: Value): Series[] {
  const trajectories = trainedTrajectories(report);
  return names(report).flatMap((recipe) => {
    const seeds = trajectories
      .filter((run) => run.recipe === recipe)
      .map(({ points }) =>
        points.flatMap((point) => {
          const y = value(point);
          return y === undefined || !Number.isFinite(y) ? [] : [{ tokens: point.tokens, value: y }];
        }),
      )
      .filter((points) => points.length > 1);
    return seeds.length === 0 ? [] : [{ recipe, mean: meanOf(seeds), seeds }];
  });
}

/** Each recipe's mean line as a difference to the mean, at the same step, of all recipes that were trained to the end. */
export function differencesToMean(series: Series[]): Series[] {
  const end = Math.max(...series.map((line) => line.mean.at(-1)?.tokens ?? 0));
  const whole = series.filter((line) => line.mean.at(-1)?.tokens === end);
  const average = new Map(meanOf(whole.map((line) => line.mean)).map(({ tokens, value }) => [tokens, value]));
  const shift = (points: Point[]) =>
    points.flatMap(({ tokens, value }) => {
      const reference = average.get(tokens);
      return reference === undefined ? [] : [{ tokens, value: value - reference }];
    });
  return series.map((line) => ({ ...line, mean: shift(line.mean), seeds: line.seeds.map(shift) }));
}

function meanOf(lines: Point[][]): Point[] {
  const values = new Map<number, number[]>();
  for (const { tokens, value } of lines.flat()) values.set(tokens, [...(values.get(tokens) ?? []), value]);
  return [...values]
    .filter(([, seen]) => seen.length === lines.length)
    .map(([tokens, seen]) => ({ tokens, value: mean(seen) }))
    .sort((a, b) => a.tokens - b.tokens);
}

/** Share of the budget after which the range of losses is measured: before it, all lines fall from the same height. */
const settled = 0.2;

/** The range of the lines after the first fifth of training, with a margin. */
export function visibleRange(series: Series[]): [number, number] {
  const lines = series.flatMap((line) => [line.mean, ...line.seeds]);
  const end = Math.max(...lines.flat().map(({ tokens }) => tokens));
  const values = lines.flat().flatMap(({ tokens, value }) => (tokens >= settled * end ? [value] : []));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.06 * (high - low) || 0.01;
  return [low - margin, high + margin];
}

/**
 * Moves labels apart until each has `gap` pixels, keeping their order; the stack stays inside [0, height].
 * @param wanted pixel positions; the result is in the same order
 */
export function spread(wanted: number[], gap: number, height: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let floor = 0;
  for (const i of order) {
    placed[i] = Math.max(placed[i]!, floor);
    floor = placed[i]! + gap;
  }
  let ceiling = height;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i]!, ceiling);
    ceiling = placed[i]! - gap;
  }
  return placed;
}
