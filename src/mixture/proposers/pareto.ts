/** The Pareto front of two objectives: what one costs in terms of the other. */
import { rowsOf } from '../design/index.js';
import { proposeExact } from './exact.js';
import type { Limits } from './limits.js';
import { type Cost, costOf, type FittedMetric, type Objective, termsOf } from './objective.js';

export interface ParetoPoint {
  /** [domains] */
  mixture: Float64Array;
  /** Both objectives at the mixture; lower is better. */
  first: number;
  second: number;
}

/**
 * Points from the optimum of the first objective to that of the second, none of them worse than another in both. Each is
 * the least of the larger of the two weighted losses (Chebyshev), scaled to the range between the two optima: unlike
 * weighted sums this also finds points where the front is not convex.
 *
 * @param count points looked for; those that coincide or are dominated are left out. Default 11
 */
export function paretoFront(
  objectives: readonly [Objective, Objective],
  metrics: readonly FittedMetric[],
  limits: Limits,
  starts: readonly Float64Array[],
  count = 11,
): ParetoPoint[] {
  const [first, second] = objectives.map((each) => costOf(termsOf(each, metrics, limits.prior), metrics)) as [
    Cost,
    Cost,
  ];
  const optimum = (cost: Cost, from: readonly Float64Array[]) =>
    proposeExact({ cost, limits, divergencePenalty: 0 }, from).mixture;
  const ends = [optimum(first, starts), optimum(second, starts)];
  const [firstBest, firstWorst] = ends.map((mixture) => highest(first, mixture)) as [number, number];
  const [secondWorst, secondBest] = ends.map((mixture) => highest(second, mixture)) as [number, number];
  const mixtures = [ends[0]!];
  for (let i = 1; i < count - 1; i++) {
    const weight = 1 - i / (count - 1);
    const cost = larger(
      scaled(first, firstBest, weight / (firstWorst - firstBest || 1)),
      scaled(second, secondBest, (1 - weight) / (secondWorst - secondBest || 1)),
    );
    mixtures.push(optimum(cost, [mixtures.at(-1)!, ends[1]!]));
  }
  mixtures.push(ends[1]!);
  return undominated(
    mixtures.map((mixture) => ({
      mixture,
      first: highest(first, mixture),
      second: highest(second, mixture),
    })),
  );
}

/** By the first objective, without points that another is at least as good as in both. */
export function undominated(points: readonly ParetoPoint[]): ParetoPoint[] {
  const front: ParetoPoint[] = [];
  for (const point of [...points].sort((a, b) => a.first - b.first || a.second - b.second))
    if (front.length === 0 || point.second < front.at(-1)!.second - 1e-12) front.push(point);
  return front;
}

function highest(cost: Cost, mixture: Float64Array): number {
  return Math.max(...cost.termsAt(rowsOf([mixture])));
}

function scaled(cost: Cost, origin: number, factor: number): Cost {
  return {
    terms: cost.terms,
    termsAt: (rows) => cost.termsAt(rows).map((value) => (value - origin) * factor),
  };
}

function larger(a: Cost, b: Cost): Cost {
  const terms = a.terms + b.terms;
  return {
    terms,
    termsAt(rows) {
      const [ofA, ofB] = [a.termsAt(rows), b.termsAt(rows)];
      const joined = new Float64Array(rows.rows * terms);
      for (let row = 0; row < rows.rows; row++) {
        joined.set(ofA.subarray(row * a.terms, (row + 1) * a.terms), row * terms);
        joined.set(ofB.subarray(row * b.terms, (row + 1) * b.terms), row * terms + a.terms);
      }
      return joined;
    },
  };
}
