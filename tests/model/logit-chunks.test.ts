/** The loss in chunks of tokens, whose logits are in memory one chunk at a time. */
import { expect, test } from 'vitest';
import { CompiledGraph } from '../../src/graph/index.js';
import { buildModel, initialise } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import { gradientGraph } from '../../src/train/onnx/step-graph.js';
import { relativeError } from '../graph/finite-differences.js';

const context = 150;
const vocabularySize = 4096;
const model = buildModel(
  { family: 'gpt2', layers: 1, width: 64, heads: 2, mlpWidth: 64 },
  { vocabularySize, context },
);
const random = Random.fromSeed(1);
const parameters = initialise(model, random);
const windows = Int32Array.from({ length: 4 * (context + 1) }, () => random.below(vocabularySize));

async function lossAndGradients(first: number, count: number): Promise<Record<string, Float32Array>> {
  const graph = await CompiledGraph.compile(gradientGraph(model, count));
  const results = await graph.call({
    ...Object.fromEntries(parameters),
    windows: windows.subarray(first * (context + 1), (first + count) * (context + 1)),
    weights: new Float32Array(count * context).fill(1 / (4 * context)),
  });
  await graph.dispose();
  return results;
}

test('a batch of two chunks has the loss and gradients of its windows, one chunk each', async () => {
  const parts = (forward: ReturnType<typeof model.forward>): number =>
    forward.nodes.filter(({ op }) => op === 'tokenCrossEntropy').length;
  expect([parts(model.forward(4)), parts(model.forward(1))]).toEqual([2, 1]);

  const together = await lossAndGradients(0, 4);
  const alone: Record<string, Float32Array>[] = [];
  for (const window of [0, 1, 2, 3]) alone.push(await lossAndGradients(window, 1));
  for (const [name, values] of Object.entries(together)) {
    const sums = [...values].map((_, i) => alone.reduce((sum, one) => sum + one[name]![i]!, 0));
    expect(relativeError([...values], sums), name).toBeLessThan(1e-5);
  }
});
