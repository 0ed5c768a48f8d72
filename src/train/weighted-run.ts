/**
 * Trains a model on the plan of a run folder, with tokens that are weighed anew in every step by how the model compares
 * with a finished one on them.
 *
 * Every step takes three passes over its batch: the losses of both models, then the step itself under the weights that
 * came of them. The run folder gives its inputs and stays as it is, so that many ways to weigh can share it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import { buildModel } from '../model/index.js';
import { openPlan, type PlanReader } from '../recipe/index.js';
import type { PlanPhase, RunSpec } from '../records.js';
import { hashOf, makeFolder, readJson, removeAbandoned } from '../store/index.js';
import { readWeights } from './checkpoint.js';
import { readFinishedRun } from './finished.js';
import { readOutcome, readRunSpec, runFiles } from './folder.js';
import { lockFolder } from './lock.js';
import { WeightedTrainer } from './onnx/index.js';
import type { TrainRunOptions } from './options.js';
import { learningRateAt } from './schedule.js';
import { readWeightedLines, WeightedRecord, weightedFiles } from './weighted-record.js';

/** Raised when a change alters the bits of weighted runs. */
const version = 1;

/** What tokens count; it may depend on the steps before. */
export interface Weigher<Line> {
  /**
   * Called once a step, before it.
   * @param batch source of each window; losses under the model as it stands and under the finished one, both [windows,
   *   context], nats
   * @returns what each token's loss counts [windows, context], and what is written down of it
   */
  weigh(batch: { sources: readonly string[]; losses: Float32Array; reference: Float32Array }): {
    weights: Float32Array;
    line: Line;
  };
  /** Called with the lines of the steps that an earlier process took, in order. */
  replay(line: Line): void;
}

export interface WeightedRunInput<Line> {
  /** A prepared run: its plan, initial weights, schedule and optimizer. */
  runFolder: string;
  /** A finished run of the same model. */
  referenceFolder: string;
  /** The record is the folder `<name>-<hash>` in this one. */
  output: string;
  name: string;
  /** New, without a step. */
  weigher: Weigher<Line>;
  /** All that decides what the weigher does. */
  rule: unknown;
}

/**
 * Trains to the end, from wherever an earlier call stopped; a run that has ended is not done again. Afterwards the weigher
 * has seen every step.
 *
 * @returns the folder of the record, and its lines
 * @throws AssayError when a folder is not what it must be, another process trains the same, a loss is not finite, or the
 *   signal was aborted
 */
export async function trainWeighted<Line>(
  input: WeightedRunInput<Line>,
  options: Pick<TrainRunOptions, 'signal' | 'onProgress' | 'onNotice' | 'checkpointSeconds'> = {},
): Promise<{ folder: string; lines: string }> {
  const { runFolder, referenceFolder, output, name, weigher, rule } = input;
  const spec = readRunSpec(runFolder);
  const reference = await readReference(referenceFolder, spec);
  const hash = hashOf({ version, run: spec.hash, reference: reference.hash, rule });
  const folder = join(output, `${name}-${hash.slice(0, 8)}`);
  makeFolder(folder);
  const unlock = await lockFolder(folder, 30, options.signal);
  try {
    const lines = readWeightedLines<Line>(folder, hash);
    if (lines !== undefined) for (const line of lines) weigher.replay(line);
    else {
      removeAbandoned(folder);
      await takeUp(folder, hash, spec, input, reference.parameters, options);
    }
    return { folder, lines: join(folder, weightedFiles.lines) };
  } finally {
    unlock();
  }
}

async function takeUp<Line>(
  folder: string,
  hash: string,
  spec: RunSpec,
  { runFolder, weigher }: WeightedRunInput<Line>,
  parameters: ReadonlyMap<string, Float32Array>,
  { onNotice = () => {}, ...options }: TrainRunOptions,
): Promise<void> {
  const { context, vocabularySize, batch, steps } = spec;
  const model = buildModel(spec.model, { vocabularySize, context });
  const start = () => readWeights(join(runFolder, runFiles.init), model);
  const opened = await WeightedRecord.open<Line>(folder, hash, model, steps, start, onNotice);
  const { record, state } = opened;
  let plan: PlanReader | undefined;
  let trainer: WeightedTrainer | undefined;
  try {
    for (const line of opened.lines) weigher.replay(line);
    plan = openPlan(runFolder);
    trainer = await WeightedTrainer.compile(model, spec);
    trainer.load(state);
    const sources = sourcesOfWindows(runFolder);
    const lossesOfReference = trainer.frozen(parameters);
    const started = performance.now();

    for (let step = state.step; step < steps; ) {
      const windows = await plan.read(step * batch, batch); // [batch, context + 1]
      const losses = await trainer.tokenLosses(windows);
      const { weights, line } = weigher.weigh({
        sources: sources.slice(step * batch, (step + 1) * batch),
        losses,
        reference: await lossesOfReference(windows),
      });
      const learningRate = learningRateAt(spec.schedule, step);
      const { lossNats, gradientNorm } = await trainer.step(windows, weights, learningRate);
      step++;
      if (!Number.isFinite(lossNats + gradientNorm)) throw notFinite(spec, step, lossNats, gradientNorm);
      record.append({ step, lossNats, gradientNorm, learningRate, ...line });
      const tokensPerSecond = ((step - state.step) * batch * context * 1000) / (performance.now() - started);
      options.onProgress?.({ id: spec.id, step, steps, tokensPerSecond, lossNats });
      if (options.signal?.aborted) {
        await record.checkpoint(trainer.state());
        const fix = 'Run the same command again to go on from here.';
        throw new AssayError(folder, 'stopped', { fix, exitCode: ExitCode.interrupted });
      }
      if (record.checkpointIsDue(options.checkpointSeconds ?? 5)) await record.checkpoint(trainer.state());
    }
    await record.finish(trainer.state(), spec.keepOptimizer);
  } finally {
    record.close();
    plan?.close();
    await trainer?.dispose();
  }
}

/** The weights of the finished run, and the hash of the file that they stand in. */
async function readReference(
  folder: string,
  { model, vocabularySize, context }: RunSpec,
): Promise<{ hash: string; parameters: Map<string, Float32Array> }> {
  const { spec, parameters } = await readFinishedRun(folder);
  const shapeOf = (config: unknown, size: number, length: number) => hashOf({ config, size, length });
  if (shapeOf(spec.model, spec.vocabularySize, spec.context) !== shapeOf(model, vocabularySize, context)) {
    throw new AssayError(folder, 'the reference is another model', {
      expected: 'the same model, vocabulary and context',
    });
  }
  const outcome = readOutcome(folder, spec);
  const files = outcome?.status === 'done' ? outcome.files : {};
  return { hash: files[runFiles.checkpoint] ?? spec.hash, parameters };
}

/** The source of each window of a plan of one phase, in the order of the run. */
function sourcesOfWindows(runFolder: string): string[] {
  const plan = join(runFolder, runFiles.plan);
  const { sources } = readJson<PlanPhase>(join(plan, 'phase-0.json'))!;
  return Array.from(readFileSync(join(plan, 'phase-0.bin')), (index) => sources[index]!.source);
}

function notFinite(spec: RunSpec, step: number, lossNats: number, gradientNorm: number): AssayError {
  return new AssayError(`weighted run of ${spec.id}`, `not finite at step ${step} of ${spec.steps}`, {
    got: `loss ${lossNats}, gradient norm ${gradientNorm}`,
    fix: 'Lower the learning rate or lengthen the warm-up.',
    exitCode: ExitCode.runsFailed,
  });
}
