/** What `assay steer plan` does: reads trajectories, fits the stages, makes the schedule and writes the controller. */
import { resolve } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import {
  boundariesOf,
  endsOf,
  fitStages,
  type Horizon,
  type MixtureSchedule,
  type Predicts,
  type RegressorName,
  regressors,
  type ScheduleOptions,
  scheduleOffline,
  writeController,
} from '../mixture/index.js';
import { Random } from '../random.js';
import { weightsIn } from './metric-names.js';
import { readAmounts } from './mixture-files.js';
import { note } from './output.js';
import { priorFor } from './propose-from-runs.js';
import type { TrajectoryFlags } from './results-flags.js';
import { readTrajectoriesFrom } from './trained-runs.js';

export interface SteerPlanFlags extends TrajectoryFlags {
  objective: string[];
  out: string;
  stages: string;
  horizon: Horizon;
  regressor: RegressorName;
  pooled?: boolean;
  predict: Predicts;
  prior?: string;
  supply?: string;
  budget?: number;
  maxRepeat: number;
  min: Map<string, number>;
  max: Map<string, number>;
  extrapolate?: boolean;
  maxChange?: number;
  changePenalty: number;
  draws?: number;
  keep?: number;
  seed: string;
  quiet?: boolean;
  json?: boolean;
}

export async function planSteering(flags: SteerPlanFlags): Promise<MixtureSchedule> {
  const folder = resolve(flags.out);
  const trajectories = await readTrajectoriesFrom(flags);
  if (trajectories.runs.every(({ mixtures }) => mixtures.length === 1)) note(constantProxies);
  const random = Random.fromSeed(flags.seed);
  const ends = endsOf(trajectories);
  const { supply, maxChange, budget, draws, keep } = flags;
  const options: ScheduleOptions = {
    objective: new Map(flags.objective.flatMap((text) => weightsIn(text, ends))),
    horizon: flags.horizon,
    prior: (await priorFor(ends, flags.prior)).shares,
    minimumShares: flags.min,
    maximumShares: flags.max,
    extrapolate: flags.extrapolate ?? false,
    maximumRepetition: flags.maxRepeat,
    changePenalty: flags.changePenalty,
    ...(supply !== undefined && { supplyTokens: await readAmounts(supply) }),
    ...(budget !== undefined && { budgetTokens: budget }),
    ...(maxChange !== undefined && { maximumChange: maxChange }),
    ...(draws !== undefined && { draws }),
    ...(keep !== undefined && { keep }),
  };
  const model = fitStages(trajectories, {
    boundaries: boundariesOf(stagesIn(flags.stages)),
    regressor: regressors[flags.regressor],
    pooled: flags.pooled ?? false,
    predicts: flags.predict,
    random: random.split('fit'),
    ...(!flags.quiet && { onFit: (done, of) => note(`Fitted ${done} of ${of}`) }),
  });
  const schedule = scheduleOffline(model, options, random.split('schedule'));
  await writeController(folder, { model, options, seed: flags.seed, schedule });
  note(`Controller: ${folder}`);
  return schedule;
}

const constantProxies =
  'Warning: every proxy keeps one mixture, so what a mixture does and what losses do that it has led to are hard to tell ' +
  'apart. Schedules that switch between mixtures may be far worse than predicted (docs/steering.md).';

function stagesIn(text: string): number | number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.some(Number.isNaN))
    throw new AssayError('--stages', 'not a number', {
      expected: 'how many, or where they end, such as 0.1,0.5',
      got: text,
      exitCode: ExitCode.usage,
    });
  return numbers.length === 1 && numbers[0]! >= 1 ? numbers[0]! : numbers;
}
