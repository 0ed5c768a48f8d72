/** Controllers judged after the fact: on their own journal, and on runs that were trained without them. */
import { Random } from '../../random.js';
import {
  choose,
  lossesAt,
  mixtureOver,
  named,
  phasesOf,
  rulesOf,
  stagesOf,
  type Trajectory,
} from '../regmix-d/index.js';
import { answerTo, type Controller } from './controller.js';
import type { ControllerSpec } from './files.js';

export interface ReplayedAnswer {
  stage: number;
  /** Whether the answer of the journal comes out again, bit for bit. */
  same: boolean;
}

/** Answers every request of the journal anew. */
export function replayJournal({ spec, entries }: Controller): ReplayedAnswer[] {
  const all = entries();
  return all.map(({ losses, answer }, stage) => ({
    stage,
    same: JSON.stringify(answerTo(spec, all.slice(0, stage), losses)) === JSON.stringify(answer),
  }));
}

export interface ReplayedStage {
  stage: number;
  begin: number;
  end: number;
  /** What the run was trained on, and what the controller would have asked for at these losses. */
  used: Record<string, number>;
  advised: Record<string, number>;
  losses: Record<string, ReplayedLoss>;
}

/** At the end of a stage; nats per token. */
export interface ReplayedLoss {
  observed: number;
  /** From the losses observed at the stage's begin, under the mixture that was used. */
  predicted: number;
  /** The same, from the losses observed before the first step: errors of all stages before add up. */
  predictedFromStart: number;
  /** Of `predicted`, where the model knows it. */
  standardError?: number;
}

/** The error of predicted against real losses, stage by stage, of a run over other training. */
export function replayRun({ model, options, seed }: ControllerSpec, run: Trajectory): ReplayedStage[] {
  const rules = rulesOf(model, options);
  const { boundaries, domains, metrics } = model;
  const stages = [...Array(stagesOf(model)).keys()];
  const used = stages.map((stage) => mixtureOver(run, boundaries[stage]!, boundaries[stage + 1]!));
  const fromStart = phasesOf(model, 0, used, lossesAt(run, 0));
  return stages.map((stage): ReplayedStage => {
    const losses = lossesAt(run, boundaries[stage]!);
    const [phase] = phasesOf(model, stage, [used[stage]!], losses);
    const state = { stage, losses, past: used.slice(0, stage) };
    const { mixtures } = choose(model, rules, state, Random.fromSeed(seed).split('stage', stage));
    const observed = lossesAt(run, boundaries[stage + 1]!);
    const compared = metrics.map((metric, m): [string, ReplayedLoss] => {
      const { lossNats, standardError } = phase!.predicted[metric]!;
      return [
        metric,
        {
          observed: observed[m]!,
          predicted: lossNats,
          predictedFromStart: fromStart[stage]!.predicted[metric]!.lossNats,
          ...(standardError !== undefined && { standardError }),
        },
      ];
    });
    return {
      stage,
      begin: boundaries[stage]!,
      end: boundaries[stage + 1]!,
      used: named(domains, used[stage]!),
      advised: named(domains, mixtures[0]!),
      losses: Object.fromEntries(compared),
    };
  });
}
