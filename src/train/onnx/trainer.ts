/**
 * The embedded engine: a `Trainer` on ONNX Runtime.
 *
 * Results are a function of state, windows, rates, micro-batch and threads, bit for bit on the same machine and build;
 * how many steps a call takes changes nothing.
 */
import { floatTensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { WeightedWindows } from '../../validation/index.js';
import type { AlignedStep, StepResult, Trainer, TrainerOptions, TrainState } from '../engine.js';
import { AlignmentGraphs, gradientOfStep } from './alignment.js';
import { compileSteps } from './compile-steps.js';
import { ForwardPass, requireLength } from './forward-pass.js';
import { named } from './step-graph.js';
import type { Stepper } from './stepper.js';
import { Values } from './values.js';

/**
 * Compiles the graphs of a step. All values are zeros until a state is loaded.
 * @throws AssayError as `compileSteps`
 */
export async function compileOnnxTrainer(model: Model, options: TrainerOptions): Promise<Trainer> {
  const steps = await compileSteps(model, options);
  return new OnnxTrainer(model, options, steps, await ForwardPass.compile(model, options));
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
    private readonly forward: ForwardPass,
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
    const { batch, microBatch, context } = this.options;
    requireLength('step windows', windows, learningRates.length * batch * (context + 1));
    // Each token weighs 1 / tokens of the batch, so that losses and gradients of micro-batches add up to the mean.
    const weight = 1 / (batch * context);
    const shape = [microBatch, context];
    const weights = floatTensor(new Float32Array(microBatch * context).fill(weight), shape);
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

  tokenLosses(windows: Int32Array): Promise<Float32Array> {
    return this.forward.tokenLosses(this.values.parameters, windows);
  }

  state(): TrainState {
    return { step: this.stepsDone, ...this.values.copy() };
  }

  async dispose(): Promise<void> {
    await this.stepper.dispose();
    await this.forward.dispose();
    await this.alignment.dispose();
  }
}
