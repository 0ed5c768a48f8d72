/** The loss and gradients of a step, written into an ONNX graph: in one pass, or in a loop over micro-batches. */
import { type Emitter, emitLoop, type Shape, writeGraph } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import { accumulateGraph, gradientGraph, named } from './step-graph.js';
import type { StepperOptions } from './stepper.js';

/** Entry `index` of the first axis. */
export const emitEntry = (emitter: Emitter, array: string, index: string): string =>
  emitter.call({ type: 'Gather', inputs: [array, index], attributes: { axis: { int: 0 } } });

/**
 * @param windows ONNX name of int32 [passes, microBatch, context + 1]; `weights`, as `weightsShape`, goes by its name
 * @param parameterName ONNX name of a parameter
 * @returns ONNX names of `loss` and of every `gradient:…`
 */
export function emitGradients(
  emitter: Emitter,
  model: Model,
  { batch, microBatch, weighEachToken }: StepperOptions,
  windows: string,
  parameterName: (name: string) => string,
): Map<string, string> {
  const inputsOf = (inside: Emitter, pass: string) => {
    const ofWindows = emitEntry(inside, windows, pass);
    const ofWeights = weighEachToken ? emitEntry(inside, 'weights', pass) : 'weights';
    return (leaf: string) => {
      if (leaf === 'windows') return ofWindows;
      return leaf === 'weights' ? ofWeights : parameterName(leaf);
    };
  };
  const passes = batch / microBatch;
  if (passes === 1) {
    const only = inputsOf(emitter, emitter.integer(0));
    return writeGraph(emitter, gradientGraph(model, microBatch), only);
  }
  const pass = emitter.inner('pass');
  const turn = 'pass';
  const sums = [
    { name: named.loss, shape: [] as Shape },
    ...model.parameters.map(({ name, shape }) => ({ name: named.gradient(name), shape })),
  ];
  const sumName = new Map(sums.map(({ name }) => [name, `sum:${name}`]));
  const ofPass = inputsOf(pass, turn);
  const results = writeGraph(
    pass,
    accumulateGraph(model, microBatch),
    (leaf) => sumName.get(leaf) ?? ofPass(leaf),
  );
  const { last } = emitLoop(emitter, {
    turns: emitter.integer(passes),
    turn,
    carried: sums.map(({ name, shape }) => ({
      name: sumName.get(name)!,
      shape,
      initial: emitter.call({ type: 'Expand', inputs: [emitter.scalar(0), emitter.integers(shape)] }),
      next: results.get(named.next(name))!,
    })),
    collected: [],
    body: pass,
  });
  return new Map(sums.map(({ name }, i) => [name, last[i]!]));
}
