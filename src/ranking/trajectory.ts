/**
 * Effects in tokens: how much sooner one recipe reaches the loss at which another ends.
 *
 * Read off the trajectories, averaged over seeds, with straight lines between validations. While the learning rate is
 * high the loss is too, and the decay at the end of a run lowers it for every recipe: a loss reached early is reached
 * without decay, so savings are understated rather than overstated.
 */
import type { EvaluationMetric, RunResult } from '../records.js';
import { firstReach, mean } from '../stats/index.js';

export interface Trajectory {
  tokens: number[];
  /** Objective, nats per token, mean over seeds. */
  lossNats: number[];
}

/** The mean trajectory of one recipe's runs over the validations that all of them have. */
export function meanTrajectory(runs: readonly RunResult[], weights: Record<string, number>): Trajectory {
  const bySteps = runs.map((run) => new Map(run.evaluations.map((point) => [point.step, point])));
  const tokens: number[] = [];
  const lossNats: number[] = [];
  for (const point of [...(runs[0]?.evaluations ?? [])].sort((a, b) => a.step - b.step)) {
    const points = bySteps.map((steps) => steps.get(point.step));
    if (points.includes(undefined)) continue;
    tokens.push(point.tokens);
    lossNats.push(mean((points as EvaluationMetric[]).map((each) => objective(each, weights))));
  }
  return { tokens, lossNats };
}

/** Tokens at which `better` first reaches the final loss of `worse`, as a share of its full budget. */
export function shareToReach(better: Trajectory, worse: Trajectory): number | undefined {
  const target = worse.lossNats.at(-1);
  const budget = better.tokens.at(-1);
  if (target === undefined || !budget) return undefined;
  const reached = firstReach(better.tokens, better.lossNats, target);
  // A loss that is there from the first validation on says nothing about speed.
  return reached === undefined || reached <= better.tokens[0]! ? undefined : reached / budget;
}

function objective(point: EvaluationMetric, weights: Record<string, number>): number {
  let total = 0;
  for (const [domain, weight] of Object.entries(weights)) {
    if (weight > 0) total += weight * (point.domains[domain]?.lossNats ?? Number.NaN);
  }
  return total;
}
