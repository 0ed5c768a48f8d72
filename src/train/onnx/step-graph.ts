/** The graphs that a training step is put together from. */
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

/** Loss and `gradient:…` of one pass. Inputs: parameters, `windows`, `weights`. */
export function gradientGraph(model: Model, microBatch: number): Graph {
  const forward = model.forward(microBatch);
  const loss = forward.outputs.loss!;
  const parameters = leavesOf(forward, 'parameter') as Map<string, Tensor>;
  const results = gradients(loss, [...parameters.values()]);
  return graphOf({
    [named.loss]: loss,
    ...Object.fromEntries([...parameters.keys()].map((name, i) => [named.gradient(name), results[i]!])),
  });
}

/** Adds a pass's loss and gradients to the inputs `loss` and `gradient:…`; outputs `next:…` of each. */
export function accumulateGraph(model: Model, microBatch: number): Graph {
  const terms = Object.entries(gradientGraph(model, microBatch).outputs);
  return graphOf(
    Object.fromEntries(
      terms.map(([name, term]) => [named.next(name), build.add(build.input(name, term.shape), term)]),
    ),
  );
}

/** The norm of all gradients together. Inputs `gradient:…`, output `gradientNorm`. */
export function normGraph(model: Model): Graph {
  return graphOf({ [named.gradientNorm]: globalNorm([...gradientInputs(model).values()]) });
}

/**
 * Clip and AdamW of the whole model. Inputs: parameters, moments, rates, `gradient:…`. Outputs: `gradientNorm`, and the
 * next parameters and moments.
 */
export function updateGraph(model: Model, optimizer: OptimizerSpec): Graph {
  const gradientOf = gradientInputs(model);
  const norm = globalNorm([...gradientOf.values()]);
  const factor = clipFactor(norm, optimizer.gradientClip);
  const rate = rateInputs();
  const outputs: Record<string, Tensor> = { [named.gradientNorm]: norm };
  for (const { name, shape, decay } of model.parameters) {
    const slot = {
      parameter: build.parameter(name, shape),
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

/** In the order of the model, which decides in which order the norm is summed. */
function gradientInputs({ parameters }: Model): Map<string, Tensor> {
  return new Map(parameters.map(({ name, shape }) => [name, build.input(named.gradient(name), shape)]));
}

/** One array's update on its own; `gradientNorm` is an input. Elementwise, so it holds for arrays of any length. */
export function sliceGraph(optimizer: OptimizerSpec): Graph {
  const part = (name: string): Tensor => build.input(name, [2]); // stands for any length
  const slot = {
    parameter: part('parameter'),
    firstMoment: part('firstMoment'),
    secondMoment: part('secondMoment'),
  };
  const factor = clipFactor(build.input(named.gradientNorm, []), optimizer.gradientClip);
  const next = adamw(slot, part('gradient'), { factor, decay: true }, optimizer, rateInputs());
  return graphOf(
    Object.fromEntries(Object.entries(next).map(([name, tensor]) => [named.next(name), tensor])),
  );
}
