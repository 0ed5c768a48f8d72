/**
 * The embedded engine: a `Trainer` on ONNX Runtime.
 *
 * Results are a function of state, windows, rates, micro-batch and threads, bit for bit on the same machine and build;
 * how many steps a call takes changes nothing.
 */
import { AssayError, ExitCode } from '../../errors.js';
import { CompiledGraph, eliminateDeadCode, floatTensor, intTensor } from '../../graph/index.js';
import { isLarge, type Model } from '../../model/index.js';
import type { WeightedWindows } from '../../validation/index.js';
import type { AlignedStep, StepResult, Trainer, TrainerOptions, TrainState } from '../engine.js';
import { AlignmentGraphs, gradientOfStep } from './alignment.js';
import { SlicedSteps } from './sliced-steps.js';
import { named } from './step-graph.js';
import { LoopedSteps } from './step-program.js';
import type { Stepper } from './stepper.js';
import { Values } from './values.js';

/**
 * Compiles the graphs of a step. All values are zeros until a state is loaded.
 * @throws AssayError when microBatch does not divide batch, or the context is not the model's
 */
export async function compileOnnxTrainer(model: Model, options: TrainerOptions): Promise<Trainer> {
  const { batch, microBatch, context, threads } = options;
  if (batch % microBatch !== 0 || context !== model.context) {
    throw new AssayError('trainer', 'batch does not fit', {
      expected: `a micro-batch that divides ${batch} and context ${model.context}`,
      got: `${microBatch} and ${context}`,
      exitCode: ExitCode.study,
    });
  }
  const way = isLarge(model) ? SlicedSteps : LoopedSteps;
  const steps = await way.compile(model, options, { threads });
  const validation = eliminateDeadCode(model.forward(microBatch), ['tokenLosses']);
  return new OnnxTrainer(model, options, steps, await CompiledGraph.compile(validation, { threads }));
}

/**
 * A compiled trainer with a state in it.
 * @throws AssayError as `compileOnnxTrainer` and `Trainer.load`
 */
export async function createOnnxTrainer(
  model: Model,
  state: TrainState,
  options: TrainerOptions,
): Promise<Trainer> {
  const trainer = await compileOnnxTrainer(model, options);
  try {
    trainer.load(state);
  } catch (error) {
    await trainer.dispose();
    throw error;
  }
  return trainer;
}

class OnnxTrainer implements Trainer {
  private stepsDone = 0;
  private readonly values: Values;
  private readonly alignment: AlignmentGraphs;

  constructor(
    model: Model,
    private readonly options: TrainerOptions,
    private readonly stepper: Stepper,
    private readonly forward: CompiledGraph,
  ) {
    this.values = new Values(model);
    this.alignment = new AlignmentGraphs(model, options);
  }

  load(state: TrainState): void {
    this.values.load(state);
    this.stepsDone = state.step;
  }

  async step(windows: Int32Array, learningRate: number): Promise<StepResult> {
    const [result] = await this.steps(windows, [learningRate]);
    return result!;
  }

  async steps(windows: Int32Array, learningRates: readonly number[]): Promise<StepResult[]> {
    const { batch, context } = this.options;
    requireLength('step windows', windows, learningRates.length * batch * (context + 1));
    // Each token weighs 1 / tokens of the batch, so that losses and gradients of micro-batches add up to the mean.
    const weights = this.weights(1 / (batch * context));
    const { stepsDone } = this;
    const results = await this.stepper.run(this.values, { windows, weights, learningRates, stepsDone });
    this.stepsDone += learningRates.length;
    return results;
  }

  async alignedStep(
    windows: Int32Array,
    learningRate: number,
    losses: readonly WeightedWindows[],
  ): Promise<AlignedStep> {
    const parameters = this.values.copies((name) => name);
    const before = this.values.copies(named.firstMoment);
    const result = await this.step(windows, learningRate);
    const after = (name: string): Float32Array => this.values.data(named.firstMoment(name));
    const gradient = gradientOfStep(before, after, result.gradientNorm, this.options.optimizer);
    const alignments: number[] = [];
    for (const loss of losses) alignments.push(await this.alignment.product(parameters, gradient, loss));
    return { ...result, alignments };
  }

  async tokenLosses(windows: Int32Array): Promise<Float32Array> {
    const { microBatch, context } = this.options;
    const count = windows.length / (context + 1);
    requireLength('evaluation windows', windows, Math.max(1, Math.ceil(count)) * (context + 1));
    const weights = this.weights(1);
    const losses = new Float32Array(count * context);
    for (let first = 0; first < count; first += microBatch) {
      // A graph has a fixed batch: the last chunk is filled up with token 0, and those losses are left out.
      const chunk = new Int32Array(microBatch * (context + 1));
      chunk.set(windows.subarray(first * (context + 1), (first + microBatch) * (context + 1)));
      const result = new Float32Array(microBatch * context);
      await this.forward.run(
        { ...this.values.parameters, windows: intTensor(chunk, [microBatch, context + 1]), weights },
        { tokenLosses: floatTensor(result, [microBatch, context]) },
      );
      losses.set(result.subarray(0, Math.min(microBatch, count - first) * context), first * context);
    }
    return losses;
  }

  state(): TrainState {
    return { step: this.stepsDone, ...this.values.copy() };
  }

  async dispose(): Promise<void> {
    await this.stepper.dispose();
    await this.forward.dispose();
    await this.alignment.dispose();
  }

  private weights(weight: number): ReturnType<typeof floatTensor> {
    const { microBatch, context } = this.options;
    return floatTensor(new Float32Array(microBatch * context).fill(weight), [microBatch, context]);
  }
}

function requireLength(subject: string, windows: Int32Array, expected: number): void {
  if (windows.length !== expected) {
    throw new AssayError(subject, 'wrong length', {
      expected: `${expected} tokens`,
      got: String(windows.length),
    });
  }
}
