/**
 * Trains the run that a folder describes, from wherever it stands, to its end.
 *
 * What is written depends on the folder's inputs alone, bit for bit: a run that was killed at any moment and taken
 * up again ends with the same files as one that never stopped.
 */
import { join } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import { buildModel } from '../model/index.js';
import { openPlan, type PlanReader } from '../recipe/index.js';
import type { RunOutcome, RunSpec } from '../records.js';
import { removeAbandoned } from '../store/index.js';
import { type EvaluationReader, openEvaluation } from '../validation/index.js';
import { AlignmentSampler } from './alignment.js';
import { trainByCommand } from './command/index.js';
import type { AlignedStep, StepResult, Trainer } from './engine.js';
import { evaluate } from './evaluate.js';
import { readOutcome, readRunSpec, removeCrash, runFiles } from './folder.js';
import { engineIdentity } from './identity.js';
import { lockFolder } from './lock.js';
import { TrainerCache } from './onnx/index.js';
import type { PausedRun, TrainRunOptions } from './options.js';
import { callSeconds, Pace } from './pace.js';
import { RunRecord } from './record.js';
import { learningRateAt } from './schedule.js';

/**
 * @returns how the run ended; a run that has ended already, well or for a reason of its own, is not done again
 * @throws AssayError when the folder is not a whole run folder, is held by another process, the signal was aborted, a
 *   command is asked to stop at a step, or the plan ends early and no step to stop at is given
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
  const spec = readRunSpec(folder);
  const unlock = await lockFolder(folder, options.lockSeconds ?? 30, options.signal);
  try {
    const ended = readOutcome(folder, spec);
    if (ended !== undefined) return ended;
    removeAbandoned(folder);
    removeCrash(folder);
    const inputs = openInputs(folder, spec);
    try {
      if (spec.engine.name === 'command' && options.until !== undefined) throw cannotPause(spec);
      if (options.until === undefined) requireWholePlan(spec, inputs.plan);
      if (spec.engine.name === 'command')
        return await trainByCommand(folder, spec, spec.engine, inputs.evaluation.evaluation, options);
      noticeOtherEngine(spec, spec.engine, options);
      return await takeUp(folder, spec, inputs, options);
    } finally {
      inputs.plan.close();
    }
  } finally {
    unlock();
  }
}

interface Inputs {
  plan: PlanReader;
  evaluation: EvaluationReader;
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

function noticeOtherEngine(
  { id }: RunSpec,
  there: ReturnType<typeof engineIdentity>,
  { onNotice }: TrainRunOptions,
): void {
  const here = engineIdentity();
  if (here.version === there.version && here.platform === there.platform) return;
  const [then, now] = [there, here].map(({ version, platform }) => `${version} on ${platform}`);
  onNotice?.(`${id}: prepared for ONNX Runtime ${then}, trained with ${now}: bits will differ from there`);
}

async function takeUp(
  folder: string,
  spec: RunSpec,
  inputs: Inputs,
  options: TrainRunOptions,
): Promise<RunOutcome | PausedRun> {
  const { model: config, vocabularySize, context, batch, microBatch, threads, optimizer } = spec;
  const model = buildModel(config, { vocabularySize, context });
  const { onNotice = () => {} } = options;
  const { record, state } = await RunRecord.open(folder, spec, model, onNotice);
  try {
    const trainers = options.trainers ?? new TrainerCache();
    try {
      const trainer = await trainers.get(model, { batch, microBatch, context, threads, optimizer });
      trainer.load(state);
      return await loop(spec, state.step, inputs, trainer, record, options);
    } finally {
      if (options.trainers === undefined) await trainers.dispose();
    }
  } finally {
    await record.close();
  }
}

async function loop(
  spec: RunSpec,
  firstStep: number,
  { plan, evaluation }: Inputs,
  trainer: Trainer,
  record: RunRecord,
  { signal, onProgress, checkpointSeconds = 5, until: asked = spec.steps }: TrainRunOptions,
): Promise<RunOutcome | PausedRun> {
  const until = Math.min(asked, plan.windows / spec.batch);
  const started = performance.now();
  const pace = new Pace(Math.min(callSeconds, checkpointSeconds / 2));
  const alignment = AlignmentSampler.open(spec, evaluation);
  const stopIfAsked = async (): Promise<void> => {
    if (!signal?.aborted) return;
    await record.checkpoint(trainer);
    const fix = 'Run the same command again to go on from here.';
    throw new AssayError(`run ${spec.id}`, 'stopped', { fix, exitCode: ExitCode.interrupted });
  };

  for (let step = firstStep; ; ) {
    const last = step === spec.steps;
    if (last || (step % spec.evaluateEvery === 0 && !record.evaluated.has(step))) {
      const { domains, documents } = await evaluate(trainer, evaluation, spec.microBatch, stopIfAsked);
      const bad = Object.entries(domains).find(([, { lossNats }]) => !Number.isFinite(lossNats));
      if (bad)
        return record.fail(step, nonFinite(spec, step, `validation loss on "${bad[0]}"`, bad[1].lossNats));
      record.evaluation(step, domains);
      if (last) return record.finish(trainer.state(), documents);
    }
    if (step >= until) {
      await record.checkpoint(trainer);
      return { status: 'paused', step };
    }

    const untilEvaluation = spec.evaluateEvery - (step % spec.evaluateEvery);
    // A step that is measured has a call to itself.
    const untilAlignment = alignment?.stepsBefore(step) ?? Number.POSITIVE_INFINITY;
    const most = Math.min(untilEvaluation, spec.steps - step, until - step, untilAlignment || 1);
    // A checkpoint gets on between calls only.
    const count = record.isWriting ? 1 : pace.steps(most);
    const windows = await plan.read(step * spec.batch, count * spec.batch); // [count, batch, context + 1]
    const rates = Array.from({ length: count }, (_, i) => learningRateAt(spec.schedule, step + i));
    const results: (StepResult & Partial<AlignedStep>)[] =
      alignment && untilAlignment === 0
        ? [await trainer.alignedStep(windows, rates[0]!, alignment.losses)]
        : await pace.time(count, () => trainer.steps(windows, rates));
    for (const [i, { lossNats, gradientNorm, alignments }] of results.entries()) {
      step++;
      if (!Number.isFinite(lossNats)) return record.fail(step, nonFinite(spec, step, 'loss', lossNats));
      if (!Number.isFinite(gradientNorm)) {
        return record.fail(step, nonFinite(spec, step, 'gradient norm', gradientNorm));
      }
      record.step(step, lossNats, gradientNorm, rates[i]!);
      if (alignments === undefined) continue;
      const bad = alignments.find((value) => !Number.isFinite(value));
      if (bad !== undefined) return record.fail(step, nonFinite(spec, step, 'gradient alignment', bad));
      record.alignment(alignment!.measured(step, alignments));
    }
    const { lossNats } = results.at(-1)!;
    const seconds = (performance.now() - started) / 1000;
    const tokensPerSecond = ((step - firstStep) * spec.batch * spec.context) / seconds;
    onProgress?.({ id: spec.id, step, steps: spec.steps, tokensPerSecond, lossNats });
    if (record.checkpointIsDue(checkpointSeconds)) record.beginCheckpoint(trainer);
    await stopIfAsked();
  }
}

function requireWholePlan({ id, steps, batch }: RunSpec, { windows }: PlanReader): void {
  if (windows === steps * batch) return;
  throw new AssayError(`run ${id}`, `its plan ends after step ${windows / batch} of ${steps}`, {
    fix: 'Train with `until`, append the next phase, and train on.',
    exitCode: ExitCode.data,
  });
}

function cannotPause({ id }: RunSpec): AssayError {
  return new AssayError(`run ${id}`, 'a command cannot be stopped at a step and taken up again', {
    expected: 'the engine inside Assay',
    exitCode: ExitCode.study,
  });
}

/** Why a run had to end, and what to do about it. */
function nonFinite(spec: RunSpec, step: number, what: string, value: number): string {
  const rate = learningRateAt(spec.schedule, Math.max(0, step - 1));
  return (
    `${what} is ${value} after step ${step} of ${spec.steps}, at learning rate ${rate}. ` +
    'Lower `proxy: { learningRate: … }` or lengthen the warm-up.'
  );
}
