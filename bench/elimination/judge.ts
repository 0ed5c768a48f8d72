/** How often elimination keeps what it must keep, over many simulated studies, and what it saves. */
import { Random } from '../../src/random.js';
import { replayElimination } from '../../src/ranking/index.js';
import type { EliminateSpec } from '../../src/records.js';
import { mean } from '../../src/stats/index.js';
import { type Settings, type SimulatedStudy, simulateStudy } from './simulate.js';

export interface Verdict {
  studies: number;
  /** Share of studies whose truly best recipe is trained to the end. */
  bestKept: number;
  /** Share of studies whose truly best recipe is among the best `keep` by the losses that were measured. */
  bestInTop: number;
  /** The same when every recipe is trained to the end: no rule can do better by more than luck. */
  bestInTopWithout: number;
  /** Mean share of the truly best `keep` recipes that were trained to the end. */
  topKept: number;
  /** Mean stated probability that the best was stopped; honest when it is 1 − bestKept. */
  statedRisk: number;
  /** Mean share of training tokens saved. */
  saved: number;
  /** Mean of what the best kept recipe is truly worse than the best, in units of the spread of the recipes. */
  regret: number;
}

/** Studies of a family are numbered; the family's name decides the generator. */
export function simulateFamily(
  name: string,
  studies: number,
  fixed: Partial<Settings> = {},
): SimulatedStudy[] {
  const random = Random.fromSeed(`elimination ${name}`);
  return Array.from({ length: studies }, (_, k) => simulateStudy(random.split(k), fixed));
}

export function judge(studies: readonly SimulatedStudy[], spec: EliminateSpec): Verdict {
  return average(studies.map((study) => judgeStudy(study, spec)));
}

/** Means over studies of what `judgeStudy` gives. */
export function average(of: readonly StudyVerdict[]): Verdict {
  const share = (value: (one: StudyVerdict) => number) => mean(of.map(value));
  return {
    studies: of.length,
    bestKept: share(({ bestKept }) => Number(bestKept)),
    bestInTop: share(({ bestInTop }) => Number(bestInTop)),
    bestInTopWithout: share(({ bestInTopWithout }) => Number(bestInTopWithout)),
    topKept: share(({ topKept }) => topKept),
    statedRisk: share(({ risk }) => risk),
    saved: share(({ saved }) => saved),
    regret: share(({ regret }) => regret),
  };
}

export type StudyVerdict = ReturnType<typeof judgeStudy>;

export function judgeStudy({ trajectories, warmupSteps, ends }: SimulatedStudy, spec: EliminateSpec) {
  const { elimination } = replayElimination(trajectories, spec, warmupSteps);
  const all = ends.map((_, r) => r);
  const kept = elimination.kept.map((recipe) => trajectories.recipes.indexOf(recipe));
  const measured = trajectories.lossNats.map((seeds) => mean(seeds.map((losses) => losses.at(-1)!)));
  const byTruth = [...all].sort((a, b) => ends[a]! - ends[b]!);
  const topOf = (recipes: readonly number[]) =>
    [...recipes].sort((a, b) => measured[a]! - measured[b]!).slice(0, spec.keep);
  const best = byTruth[0]!;
  return {
    bestKept: kept.includes(best),
    bestInTop: topOf(kept).includes(best),
    bestInTopWithout: topOf(all).includes(best),
    topKept: mean(byTruth.slice(0, spec.keep).map((recipe) => Number(kept.includes(recipe)))),
    risk: elimination.risk,
    saved: elimination.savedShare,
    regret: Math.min(...kept.map((recipe) => ends[recipe]!)) - ends[best]!,
  };
}
