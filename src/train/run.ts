/** Trains the runs that folders describe, from wherever they stand, each with the engine that its folder names. */
import { join } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import { openPlan } from '../recipe/index.js';
import type { RunOutcome, RunSpec } from '../records.js';
import { removeAbandoned } from '../store/index.js';
import { openEvaluation } from '../validation/index.js';
import { type Inputs, trainEmbedded } from './embedded-run.js';
import { readOutcome, readRunSpec, removeCrash, runFiles } from './folder.js';
import { lockFolder } from './lock.js';
import type { PausedRun, TrainRunOptions } from './options.js';
import { commandProgram, type TrainerProgram, trainByProgram } from './programs/index.js';
import { torchProgram } from './torch/index.js';

/** How a run ended, or why it could not be trained here and now. */
export type RunEnd = RunOutcome | PausedRun | AssayError;

/**
 * @returns how the run ended; a run that has ended already, well or for a reason of its own, is not done again
 * @throws AssayError when the folder is not a whole run folder, is held by another process, the signal was aborted, an
 *   engine that cannot is asked to stop at a step, or the plan ends early and no step to stop at is given
 */
export function trainRun(
  folder: string,
  options?: TrainRunOptions & { until?: undefined },
): Promise<RunOutcome>;
export function trainRun(folder: string, options: TrainRunOptions): Promise<RunOutcome | PausedRun>;
export async function trainRun(
  folder: string,
  options: TrainRunOptions = {},
): Promise<RunOutcome | PausedRun> {
  const [end] = (await trainStack([folder], options)) as [RunEnd];
  if (end instanceof AssayError) throw end;
  return end;
}

/**
 * Trains runs of one engine and shape. Those of PyTorch share one process, where one that fails leaves the others alone.
 *
 * @param folders no folder twice
 * @returns how each ended, in the order of `folders`
 * @throws AssayError as `trainRun`, for what concerns all of them
 */
export async function trainStack(folders: readonly string[], options: TrainRunOptions): Promise<RunEnd[]> {
  const ends = new Map<string, RunEnd>();
  const left: OpenRun[] = [];
  const unlocks: (() => void)[] = [];
  try {
    // Every process takes locks in this order, so that no two wait for each other.
    for (const folder of [...folders].sort()) {
      const spec = readRunSpec(folder);
      unlocks.push(await lockFolder(folder, options.lockSeconds ?? 30, options.signal));
      const ended = readOutcome(folder, spec) ?? openRun(folder, spec, options);
      if ('inputs' in ended) left.push(ended);
      else ends.set(folder, ended);
    }
    const together: OpenRun[] = [];
    for (const run of left) {
      if (run.spec.engine.name !== 'onnx') together.push(run);
      else ends.set(run.folder, await trainEmbedded(run.folder, run.spec, run.inputs, options));
    }
    if (together.length > 0) {
      const opened = together.map(({ folder, spec, inputs }) => {
        const { plan, evaluation } = inputs;
        const until = options.until && Math.min(options.until, plan.windows / spec.batch);
        return { folder, spec, evaluation: evaluation.evaluation, ...(until !== undefined && { until }) };
      });
      const trained = await trainByProgram(opened, programOf(together[0]!.spec, options), options);
      for (const [i, { folder }] of together.entries()) ends.set(folder, trained[i]!);
    }
    return folders.map((folder) => ends.get(folder)!);
  } finally {
    for (const { inputs } of left) inputs.plan.close();
    for (const unlock of unlocks) unlock();
  }
}

interface OpenRun {
  folder: string;
  spec: RunSpec;
  inputs: Inputs;
}

/**
 * @returns the run of a locked folder that has not ended, its plan open; or what is wrong with its own inputs
 * @throws AssayError for what concerns more runs than this one
 */
function openRun(folder: string, spec: RunSpec, options: TrainRunOptions): OpenRun | AssayError {
  try {
    return openWholeRun(folder, spec, options);
  } catch (error) {
    if (error instanceof AssayError && error.exitCode === ExitCode.data) return error;
    throw error;
  }
}

function openWholeRun(folder: string, spec: RunSpec, { until }: TrainRunOptions): OpenRun {
  removeAbandoned(folder);
  removeCrash(folder);
  const inputs = openInputs(folder, spec);
  try {
    if (spec.engine.name === 'command' && until !== undefined) throw cannotPause(spec);
    if (until === undefined) requireWholePlan(spec, inputs);
  } catch (error) {
    inputs.plan.close();
    throw error;
  }
  return { folder, spec, inputs };
}

function programOf({ engine }: RunSpec, options: TrainRunOptions): TrainerProgram {
  if (engine.name === 'torch') return torchProgram(engine, options);
  if (engine.name === 'command') return commandProgram(engine);
  throw new Error(`the engine "${engine.name}" is no program`);
}

function openInputs(folder: string, spec: RunSpec): Inputs {
  const evaluation = openEvaluation(join(folder, runFiles.evaluation));
  const plan = openPlan(folder);
  const pairs: [string, string, string][] = [
    [runFiles.plan, spec.planHash, plan.hash],
    [runFiles.evaluation, spec.evaluationHash, evaluation.evaluation.hash],
  ];
  for (const [file, expected, got] of pairs) {
    if (expected === got) continue;
    plan.close();
    const fix = 'Delete the run folder and run the same command again.';
    throw new AssayError(join(folder, file), 'not what run.json was made for', { expected, got, fix });
  }
  return { plan, evaluation };
}

function requireWholePlan({ id, steps, batch }: RunSpec, { plan: { windows } }: Inputs): void {
  if (windows === steps * batch) return;
  throw new AssayError(`run ${id}`, `its plan ends after step ${windows / batch} of ${steps}`, {
    fix: 'Train with `until`, append the next phase, and train on.',
    exitCode: ExitCode.data,
  });
}

function cannotPause({ id }: RunSpec): AssayError {
  return new AssayError(`run ${id}`, 'a command cannot be stopped at a step and taken up again', {
    expected: '`engine: onnx` or `engine: torch`',
    exitCode: ExitCode.study,
  });
}
