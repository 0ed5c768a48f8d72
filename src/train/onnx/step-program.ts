/**
 * Many training steps as one ONNX model: a loop over steps, in it the gradients, then clip and AdamW.
 *
 * What leaves ONNX Runtime is copied by its Node binding, on one thread and into fresh memory. So gradients stay
 * inside, and parameters and moments leave once a call instead of once a step.
 */
import {
  type CompileOptions,
  createSession,
  Emitter,
  emitLoop,
  floatTensor,
  intTensor,
  modelOf,
  type Session,
  type Shape,
  valueInfo,
  wideTensor,
  writeGraph,
} from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { StepResult } from '../engine.js';
import { rateNames, rates } from './adamw.js';
import { emitEntry, emitGradients } from './emit-gradients.js';
import { named, updateGraph } from './step-graph.js';
import { type StepBatch, type Stepper, type StepperOptions, weightsShape } from './stepper.js';
import type { Values } from './values.js';

/**
 * Inputs: parameters and moments; `steps` int64 []; `windows` int32 [steps, passes, microBatch, context + 1]; `weights` as
 * `weightsShape`, the same in every step; every rate [steps]. Outputs: the next parameters and moments; `loss` and
 * `gradientNorm` [steps].
 */
export function stepProgram(model: Model, options: StepperOptions): Uint8Array {
  const { batch, microBatch, optimizer } = options;
  const states = model.parameters.flatMap(({ name, shape }) =>
    [name, named.firstMoment(name), named.secondMoment(name)].map((key) => ({ name: key, shape })),
  );
  const inside = (name: string): string => `now:${name}`;
  const rateInputs = Object.values<string>(rateNames);

  const outside = new Emitter();
  const step = outside.inner('step');
  const turn = 'step';
  const windows = emitEntry(step, 'windows', turn); // [passes, microBatch, context + 1]
  const gradients = emitGradients(step, model, options, windows, inside);
  const updated = writeGraph(step, updateGraph(model, optimizer), (leaf) =>
    rateInputs.includes(leaf) ? emitEntry(step, leaf, turn) : (gradients.get(leaf) ?? inside(leaf)),
  );
  const { last, collected } = emitLoop(outside, {
    turns: 'steps',
    turn,
    carried: states.map(({ name, shape }) => ({
      name: inside(name),
      shape,
      initial: name,
      next: updated.get(named.next(name))!,
    })),
    collected: [gradients.get(named.loss)!, updated.get(named.gradientNorm)!],
    body: step,
  });
  outside.nameOutputs([
    ...states.map(({ name }, i) => [named.next(name), last[i]!] as const),
    [named.loss, collected[0]!],
    [named.gradientNorm, collected[1]!],
  ]);

  const { context } = model;
  const perStep = (name: string, rest: Shape, dtype: 'float32' | 'int32' = 'float32') =>
    valueInfo(name, ['steps', ...rest], dtype);
  return modelOf(outside, {
    inputs: [
      ...states.map(({ name, shape }) => valueInfo(name, shape, 'float32')),
      valueInfo('steps', [], 'int64'),
      perStep('windows', [batch / microBatch, microBatch, context + 1], 'int32'),
      valueInfo('weights', weightsShape(options), 'float32'),
      ...rateInputs.map((name) => perStep(name, [])),
    ],
    outputs: [
      ...states.map(({ name, shape }) => valueInfo(named.next(name), shape, 'float32')),
      perStep(named.loss, []),
      perStep(named.gradientNorm, []),
    ],
  });
}

/** Steps in one call. */
export class LoopedSteps implements Stepper {
  private constructor(
    private readonly session: Session,
    private readonly options: StepperOptions,
  ) {}

  static async compile(model: Model, options: StepperOptions, compile: CompileOptions): Promise<LoopedSteps> {
    return new LoopedSteps(await createSession(stepProgram(model, options), compile), options);
  }

  async run(
    values: Values,
    { windows, weights, learningRates, stepsDone }: StepBatch,
  ): Promise<StepResult[]> {
    const { batch, microBatch, context, optimizer } = this.options;
    const count = learningRates.length;
    const all = learningRates.map((rate, i) => rates(optimizer, rate, stepsDone + i + 1));
    const rateFeeds = (Object.keys(rateNames) as (keyof typeof rateNames)[]).map((rate) => [
      rateNames[rate],
      floatTensor(
        Float32Array.from(all, (of) => of[rate]),
        [count],
      ),
    ]);
    const loss = floatTensor(new Float32Array(count), [count]);
    const gradientNorm = floatTensor(new Float32Array(count), [count]);
    const next = Object.entries(values.tensors).map(([name, tensor]) => [named.next(name), tensor]);
    await this.session.run(
      {
        ...values.tensors,
        ...Object.fromEntries(rateFeeds),
        steps: wideTensor(count),
        windows: intTensor(windows, [count, batch / microBatch, microBatch, context + 1]),
        weights,
      },
      { ...Object.fromEntries(next), [named.loss]: loss, [named.gradientNorm]: gradientNorm },
    );
    return learningRates.map((_, i) => ({
      lossNats: Number(loss.data[i]),
      gradientNorm: Number(gradientNorm.data[i]),
    }));
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
