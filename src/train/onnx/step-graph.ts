/**
 * The graphs of a training step.
 *
 * When the batch goes through in one pass, `stepGraph` is the whole step: forward, backward, clip, AdamW. Otherwise
 * `accumulateGraph` runs for every micro-batch and `updateGraph` takes what it has summed, so that only one graph
 * holds activations.
 */
import { build, type Graph, gradients, graphOf, leavesOf, type Tensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { OptimizerSpec } from '../../records.js';
import { adamw, clipFactor, globalNorm, rateInputs } from './adamw.js';

/** Names of inputs and outputs. A parameter goes by its own name; what replaces input x is output `next:x`. */
export const named = {
  loss: 'loss',
  gradientNorm: 'gradientNorm',
  gradient: (name: string) => `gradient:${name}`,
  firstMoment: (name: string) => `firstMoment:${name}`,
  secondMoment: (name: string) => `secondMoment:${name}`,
  next: (name: string) => `next:${name}`,
} as const;

/**
 * Inputs: parameters, moments, rates, `windows`, `weights`. Outputs: `loss`, `gradientNorm`, and the next parameters
 * and moments.
 */
export function stepGraph(model: Model, batch: number, optimizer: OptimizerSpec): Graph {
  const { loss, parameters, gradientOf } = lossAndGradients(model, batch);
  return graphOf({ [named.loss]: loss, ...update(model, optimizer, parameters, gradientOf) });
}

/** Adds a micro-batch's loss and gradients to the inputs `loss` and `gradient:…`; outputs `next:…` of each. */
export function accumulateGraph(model: Model, microBatch: number): Graph {
  const { loss, gradientOf } = lossAndGradients(model, microBatch);
  const sums = [
    [named.loss, loss] as const,
    ...[...gradientOf].map(([name, g]) => [named.gradient(name), g] as const),
  ];
  return graphOf(
    Object.fromEntries(
      sums.map(([name, term]) => [named.next(name), build.add(build.input(name, term.shape), term)]),
    ),
  );
}

/** Clip and AdamW. Inputs: parameters, moments, rates, `gradient:…`. Outputs: as `stepGraph`, without the loss. */
export function updateGraph(model: Model, optimizer: OptimizerSpec): Graph {
  const leaves = (make: (name: string, shape: readonly number[]) => Tensor): Map<string, Tensor> =>
    new Map(model.parameters.map(({ name, shape }) => [name, make(name, shape)]));
  const gradientOf = leaves((name, shape) => build.input(named.gradient(name), shape));
  return graphOf(update(model, optimizer, leaves(build.parameter), gradientOf));
}

function lossAndGradients(
  model: Model,
  batch: number,
): { loss: Tensor; parameters: Map<string, Tensor>; gradientOf: Map<string, Tensor> } {
  const forward = model.forward(batch);
  const loss = forward.outputs.loss!;
  const parameters = new Map<string, Tensor>(leavesOf(forward, 'parameter') as Map<string, Tensor>);
  const results = gradients(loss, [...parameters.values()]);
  return {
    loss,
    parameters,
    gradientOf: new Map([...parameters.keys()].map((name, i) => [name, results[i]!])),
  };
}

function update(
  model: Model,
  optimizer: OptimizerSpec,
  parameters: ReadonlyMap<string, Tensor>,
  gradientOf: ReadonlyMap<string, Tensor>,
): Record<string, Tensor> {
  // The order of the model, not of the graph, decides in which order the norm is summed.
  const norm = globalNorm(model.parameters.map(({ name }) => gradientOf.get(name)!));
  const factor = clipFactor(norm, optimizer.gradientClip);
  const rate = rateInputs();
  const outputs: Record<string, Tensor> = { [named.gradientNorm]: norm };
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
  return outputs;
}
