/**
 * Trains a run inside this process, with ONNX Runtime, from wherever it stands.
 *
 * What is written depends on the folder's inputs alone, bit for bit: a run that was killed at any moment and taken
 * up again ends with the same files as one that never stopped.
 */
import { AssayError, ExitCode } from '../errors.js';
import { buildModel } from '../model/index.js';
import type { PlanReader } from '../recipe/index.js';
import type { RunOutcome, RunSpec } from '../records.js';
import type { EvaluationReader } from '../validation/index.js';
import { AlignmentSampler } from './alignment.js';
import type { AlignedStep, StepResult, Trainer } from './engine.js';
import { evaluate } from './evaluate.js';
import { engineIdentity } from './identity.js';
import { TrainerCache } from './onnx/index.js';
import type { PausedRun, TrainRunOptions } from './options.js';
import { callSeconds, Pace } from './pace.js';
import { RunRecord } from './record.js';
import { learningRateAt } from './schedule.js';

/** What a run is trained and judged on. */
export interface Inputs {
  plan: PlanReader;
  evaluation: EvaluationReader;
}

/** Takes the run of a locked folder up. @throws AssayError when the signal was aborted */
export async function trainEmbedded(
  folder: string,
  spec: RunSpec,
  inputs: Inputs,
  options: TrainRunOptions,
): Promise<RunOutcome | PausedRun> {
  const { model: config, vocabularySize, context, batch, microBatch, threads, optimizer } = spec;
  const model = buildModel(config, { vocabularySize, context });
  const { onNotice = () => {} } = options;
  noticeOtherEngine(spec, options);
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

function noticeOtherEngine({ id, engine: there }: RunSpec, { onNotice }: TrainRunOptions): void {
  const here = engineIdentity();
  if (there.name !== 'onnx') return;
  if (here.version === there.version && here.platform === there.platform) return;
  const [then, now] = [there, here].map(({ version, platform }) => `${version} on ${platform}`);
  onNotice?.(`${id}: prepared for ONNX Runtime ${then}, trained with ${now}: bits will differ from there`);
}

/** Why a run had to end, and what to do about it. */
function nonFinite(spec: RunSpec, step: number, what: string, value: number): string {
  const rate = learningRateAt(spec.schedule, Math.max(0, step - 1));
  return (
    `${what} is ${value} after step ${step} of ${spec.steps}, at learning rate ${rate}. ` +
    'Lower `proxy: { learningRate: … }` or lengthen the warm-up.'
  );
}
