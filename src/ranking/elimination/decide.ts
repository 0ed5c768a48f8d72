/**
 * Which recipes stop at a rung.
 *
 * Of the best `keep` recipes at the end, a share of at most 1 − confidence may be expected to be stopped, over all
 * recipes and all rungs together: that many probabilities may be given away, as much at each rung, and what a rung leaves
 * the next one has. The recipes with the least probability of ending among the best are stopped first, and `keep` recipes
 * always go on. How often the very best is lost is the sum of the probabilities of being best that were given away.
 */
import { Random } from '../../random.js';
import type { EliminateSpec, EliminationRung } from '../../records.js';
import { mean } from '../../stats/index.js';
import { measureSeedNoise } from '../seed-noise.js';
import { draws } from './constants.js';
import { driftRate } from './drift.js';
import { probabilitiesOf } from './probabilities.js';
import { type RunLength, rungSteps } from './rungs.js';
import { lossesAt, type Trajectories, upTo } from './trajectories.js';
import { trends } from './trend.js';

export interface RungInput {
  /** At least up to the step; what was stopped may end earlier. */
  trajectories: Trajectories;
  /** One of `rungSteps`. */
  step: number;
  /** The recipes to compare: all that go on, in the order of the study. */
  recipes: readonly string[];
  /** The rungs before. */
  decided: readonly EliminationRung[];
  length: RunLength;
  spec: EliminateSpec;
}

/**
 * The decision at a rung: a function of the losses up to its step and of the decisions before.
 * @returns undefined with a single seed, where nothing shows how large the noise is, or with no recipe to spare
 */
export function decideRung(of: RungInput): EliminationRung | undefined {
  const { step, recipes, decided, length, spec } = of;
  const known = upTo(of.trajectories, step, recipes);
  const losses = lossesAt(known, step);
  const noise = measureSeedNoise(losses);
  if (noise === undefined || recipes.length <= spec.keep) return undefined;

  const looks = [
    ...decided.map((rung) => ({ step: rung.step, recipes: rung.recipes.map((r) => r.recipe) })),
    of,
  ];
  const timeLeft = Math.log(length.steps / step);
  const rate = driftRate(of.trajectories, looks, length.warmupSteps);
  const drift = { variance: rate.variance * timeLeft, degrees: rate.degrees };
  const lossNats = losses.map(mean);
  const seeds = losses[0]!.length;
  const trendNats = trends(known, length.warmupSteps).map((slope) => slope * timeLeft);
  const outlook = { lossNats, trendNats, noise, seeds, drift };
  const random = Random.fromSeed('elimination').split(step);
  const { top, best } = probabilitiesOf(outlook, spec.keep, draws, random);

  const allowed = allowance(step, decided, length, spec);
  const { stopped, spent } = leastLikely(top, lossNats, recipes.length - spec.keep, allowed);
  return {
    step,
    share: step / length.steps,
    allowed,
    spent,
    seedNoiseNats: Math.sqrt(noise.pooled.variance / seeds),
    driftNats: Math.sqrt(drift.variance),
    recipes: recipes
      .map((recipe, r) => ({
        recipe,
        lossNats: lossNats[r]!,
        trendNats: trendNats[r]!,
        probabilityTop: top[r]!,
        probabilityBest: best[r]!,
        stopped: stopped.has(r),
      }))
      .sort((a, b) => a.lossNats - b.lossNats),
  };
}

/** The recipes that have not been stopped, in the order given. */
export function survivors(recipes: readonly string[], decided: readonly EliminationRung[]): string[] {
  const stopped = new Set(
    decided.flatMap((rung) => rung.recipes.flatMap((each) => (each.stopped ? each.recipe : []))),
  );
  return recipes.filter((recipe) => !stopped.has(recipe));
}

/** As much at every rung, and what the ones before have left. */
function allowance(
  step: number,
  decided: readonly EliminationRung[],
  length: RunLength,
  { keep, confidence }: EliminateSpec,
): number {
  const rungs = rungSteps(length);
  const share = (rungs.indexOf(step) + 1) / rungs.length;
  return keep * (1 - confidence) * share - decided.reduce((sum, rung) => sum + rung.spent, 0);
}

/** As many of the recipes with the least probabilities as the allowance pays for. */
function leastLikely(
  top: readonly number[],
  lossNats: readonly number[],
  most: number,
  allowed: number,
): { stopped: Set<number>; spent: number } {
  const stopped = new Set<number>();
  let spent = 0;
  const order = top.map((_, r) => r).sort((a, b) => top[a]! - top[b]! || lossNats[b]! - lossNats[a]!);
  for (const r of order.slice(0, most)) {
    if (spent + top[r]! > allowed) break;
    spent += top[r]!;
    stopped.add(r);
  }
  return { stopped, spent };
}
