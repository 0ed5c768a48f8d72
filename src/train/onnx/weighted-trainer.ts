/**
 * Training where every token of a batch counts what it is told to, for objectives that weigh tokens anew in every step.
 *
 * It takes the steps of the plain trainer: with weights of 1 / tokens they are the same numbers.
 */
import type { Tensor } from 'onnxruntime-node';
import { AssayError } from '../../errors.js';
import { floatTensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { StepResult, TrainerOptions, TrainState } from '../engine.js';
import { compileSteps } from './compile-steps.js';
import { ForwardPass, requireLength } from './forward-pass.js';
import { type Stepper, type StepperOptions, weightsShape } from './stepper.js';
import { Values } from './values.js';

export class WeightedTrainer {
  private stepsDone = 0;
  private readonly values: Values;

  private constructor(
    private readonly model: Model,
    private readonly options: StepperOptions,
    private readonly stepper: Stepper,
    private readonly forward: ForwardPass,
  ) {
    this.values = new Values(model);
  }

  /**
   * All values are zeros until a state is loaded.
   * @throws AssayError when microBatch does not divide batch, or the context is not the model's
   */
  static async compile(model: Model, trainer: TrainerOptions): Promise<WeightedTrainer> {
    const options = { ...trainer, weighEachToken: true };
    const stepper = await compileSteps(model, options);
    return new WeightedTrainer(model, options, stepper, await ForwardPass.compile(model, options));
  }

  /** Replaces all of its state. @throws AssayError when the state does not fit the model */
  load(state: TrainState): void {
    this.values.load(state);
    this.stepsDone = state.step;
  }

  /**
   * One optimizer step on the sum of the tokens' losses times their weights, which is the loss that it gives back.
   * @param windows Int32 [batch, context + 1]
   * @param weights Float32 [batch, context]
   * @throws AssayError when either has another length
   */
  async step(windows: Int32Array, weights: Float32Array, learningRate: number): Promise<StepResult> {
    const { batch, context } = this.options;
    requireLength('step windows', windows, batch * (context + 1));
    if (weights.length !== batch * context) {
      const [expected, got] = [`${batch * context}, one a predicted token`, String(weights.length)];
      throw new AssayError('step weights', 'wrong length', { expected, got });
    }
    const [result] = await this.stepper.run(this.values, {
      windows,
      weights: floatTensor(weights, weightsShape(this.options)),
      learningRates: [learningRate],
      stepsDone: this.stepsDone,
    });
    this.stepsDone++;
    return result!;
  }

  /**
   * Cross-entropy of every predicted token, without changing any state.
   * @param windows Int32 [n, context + 1]
   * @returns Float32 [n, context], nats
   */
  tokenLosses(windows: Int32Array): Promise<Float32Array> {
    return this.forward.tokenLosses(this.values.parameters, windows);
  }

  /**
   * The same of another model of this shape, whose weights stay as they are.
   * @param parameters by name
   */
  frozen(parameters: ReadonlyMap<string, Float32Array>): (windows: Int32Array) => Promise<Float32Array> {
    const feeds: Record<string, Tensor> = Object.fromEntries(
      this.model.parameters.map(({ name, shape }) => [name, floatTensor(parameters.get(name)!, shape)]),
    );
    return (windows) => this.forward.tokenLosses(feeds, windows);
  }

  /** A copy of the state, safe to write while training goes on. */
  state(): TrainState {
    return { step: this.stepsDone, ...this.values.copy() };
  }

  async dispose(): Promise<void> {
    await this.stepper.dispose();
    await this.forward.dispose();
  }
}
