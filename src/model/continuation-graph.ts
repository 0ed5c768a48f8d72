/** The graph that scores some tokens of each window: only their states go through the projection to the vocabulary. */
import { build, type Graph, graphOf, type Tensor } from '../graph/index.js';
import type { Model } from './model.js';

/**
 * Inputs: the parameters; `windows` int32 [batch, context + 1]; `rows` int32 [count], which of the batch · context
 * positions predict the scored tokens; `targets` int32 [count], the scored tokens.
 * Outputs: `losses` [count], nats; `ranks` [count], how many tokens have a higher logit than the target.
 * @param count scored tokens of all windows
 */
export function continuationGraph(model: Model, batch: number, count: number): Graph {
  const { hidden, head } = projectionOf(model.forward(batch));
  const rows = build.input('rows', [count], 'int32');
  const targets = build.input('targets', [count], 'int32');
  const logits = build.linear(build.embedding(hidden, rows), head, undefined, true); // [count, vocabulary]
  const ahead = build.step(build.subtract(logits, build.column(build.pick(logits, targets))));
  const ones = build.broadcast(build.constant(1), [count]);
  return graphOf({
    losses: build.tokenCrossEntropy(logits, targets, ones),
    ranks: build.reduceSum(ahead, [1]),
  });
}

/** Last states [batch · context, width] and the table [vocabulary, width] whose products are the logits. */
function projectionOf({ nodes }: Graph): { hidden: Tensor; head: Tensor } {
  const crossEntropy = nodes.find((node) => node.op === 'tokenCrossEntropy')!;
  const [hidden, head] = crossEntropy.inputs[0]!.inputs as readonly [Tensor, Tensor];
  return { hidden, head };
}
