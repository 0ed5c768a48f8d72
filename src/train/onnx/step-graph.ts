/**
 * The graphs of a training step.
 *
 * With batch = microBatch, `update` alone is the step: forward, backward, clip, AdamW. Otherwise `accumulate` runs
 * for every micro-batch but the last, and `update` takes what it has summed.
 */
import { build, type Graph, gradients, graphOf, leavesOf, type Tensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { OptimizerSpec } from '../../records.js';
import { adamw, clipFactor, globalNorm, rateInputs } from './adamw.js';

/** Names of inputs and outputs: `gradient:<parameter>` and so on; an output is `next:<input>`. */
export const named = {
  gradient: (name: string) => `gradient:${name}`,
  firstMoment: (name: string) => `firstMoment:${name}`,
  secondMoment: (name: string) => `secondMoment:${name}`,
  next: (name: string) => `next:${name}`,
  loss: 'loss',
  gradientNorm: 'gradientNorm',
} as const;

/** Adds a micro-batch's loss and gradients to `loss` and `gradient:…`; outputs `next:loss`, `next:gradient:…`. */
export function accumulateGraph(model: Model, microBatch: number): Graph {
  const { loss, gradientOf } = accumulated(model, microBatch, true);
  return graphOf({
    [named.next(named.loss)]: loss,
    ...Object.fromEntries(
      [...gradientOf].map(([name, gradient]) => [named.next(named.gradient(name)), gradient]),
    ),
  });
}

/**
 * The last (or only) micro-batch, clip and AdamW. Outputs `next:loss`, `gradientNorm`, and for every parameter
 * `next:<name>`, `next:firstMoment:<name>`, `next:secondMoment:<name>`.
 * @param accumulating whether sums over earlier micro-batches come in as `loss` and `gradient:…`
 */
export function updateGraph(
  model: Model,
  microBatch: number,
  optimizer: OptimizerSpec,
  accumulating: boolean,
): Graph {
  const { loss, parameters, gradientOf } = accumulated(model, microBatch, accumulating);
  const norm = globalNorm([...gradientOf.values()]);
  const factor = clipFactor(norm, optimizer.gradientClip);
  const rate = rateInputs();
  const outputs: Record<string, Tensor> = {
    [named.next(named.loss)]: loss,
    [named.gradientNorm]: norm,
  };
  for (const { name, shape, decay } of model.parameters) {
    const slot = {
      parameter: parameters.get(name)!,
      firstMoment: build.input(named.firstMoment(name), shape),
      secondMoment: build.input(named.secondMoment(name), shape),
    };
    const next = adamw(slot, gradientOf.get(name)!, { factor, decay }, optimizer, rate);
    outputs[named.next(name)] = next.parameter;
    outputs[named.next(named.firstMoment(name))] = next.firstMoment;
    outputs[named.next(named.secondMoment(name))] = next.secondMoment;
  }
  return graphOf(outputs);
}

function accumulated(
  model: Model,
  microBatch: number,
  accumulating: boolean,
): { loss: Tensor; parameters: Map<string, Tensor>; gradientOf: Map<string, Tensor> } {
  const forward = model.forward(microBatch);
  const leaves = leavesOf(forward, 'parameter');
  const parameters = new Map(model.parameters.map(({ name }) => [name, leaves.get(name)! as Tensor]));
  const results = gradients(forward.outputs.loss!, [...parameters.values()]);
  const plus = (inputName: string, tensor: Tensor): Tensor =>
    accumulating ? build.add(build.input(inputName, tensor.shape), tensor) : tensor;
  return {
    loss: plus(named.loss, forward.outputs.loss!),
    parameters,
    gradientOf: new Map(
      [...parameters.keys()].map((name, i) => [name, plus(named.gradient(name), results[i]!)]),
    ),
  };
}
