/** Norms of single windows' gradients: what they have to do with the gradient of a batch, and what is refused. */
import { expect, test } from 'vitest';
import { differentiate } from '../../src/graph/index.js';
import { exampleGradientNorms, type Model } from '../../src/model/index.js';
import { evaluate } from '../graph/finite-differences.js';
import { windowsOf } from './hashed.js';
import { cases, modelOf, readFixture, weightsOf } from './parity-fixtures.js';

/** Norm of the gradient of the windows' mean loss. */
async function batchNorm(model: Model, weights: Map<string, Float32Array>, windows: Int32Array) {
  const count = (windows.length / (model.context + 1)) * model.context;
  const names = [...weights.keys()];
  const { outputs } = differentiate(model.forward(count / model.context), 'loss', names);
  const feeds = { ...Object.fromEntries(weights), windows, weights: new Float32Array(count).fill(1 / count) };
  const found = await evaluate(outputs, feeds);
  const squares = names.flatMap((key) => [...found[`gradient:${key}`]!.map((value) => value * value)]);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

test.each(cases)(
  '%s: each window has the norm of a batch of itself, and batches have no more',
  async (name) => {
    const fixture = readFixture(`parity-${name}`);
    const { context, vocabularySize } = fixture;
    const model = modelOf(fixture);
    const weights = weightsOf(fixture);
    const n = 4;
    const windows = windowsOf('examples', n * (context + 1), vocabularySize);
    const norms = await exampleGradientNorms(model, weights, windows);
    expect(norms).toHaveLength(n);
    for (const [i, found] of norms.entries()) {
      const alone = await batchNorm(
        model,
        weights,
        windows.slice(i * (context + 1), (i + 1) * (context + 1)),
      );
      expect(Math.abs(found / alone - 1)).toBeLessThan(1e-5);
    }
    // ‖mean g‖² ≤ mean ‖g‖², and here windows differ, so that it is less.
    const meanSquare = norms.reduce((sum, value) => sum + value ** 2, 0) / n;
    expect((await batchNorm(model, weights, windows)) ** 2).toBeLessThan(meanSquare);
    // A batch of one window over and over has its gradient.
    const first = windows.slice(0, context + 1);
    const repeated = Int32Array.of(...first, ...first, ...first);
    expect(Math.abs((await batchNorm(model, weights, repeated)) / norms[0]! - 1)).toBeLessThan(1e-5);
  },
);

test('windows that are not whole, and unknown tokens, are refused', async () => {
  const fixture = readFixture('parity-gpt2');
  const { context, vocabularySize } = fixture;
  const model = modelOf(fixture);
  const norms = (windows: Int32Array) => exampleGradientNorms(model, weightsOf(fixture), windows);
  await expect(norms(new Int32Array(context))).rejects.toThrow(
    `windows: not whole, expected a multiple of ${context + 1} tokens, got ${context}`,
  );
  await expect(norms(new Int32Array(0))).rejects.toThrow('windows: not whole');
  await expect(norms(new Int32Array(context + 1).fill(vocabularySize))).rejects.toThrow(
    'windows: token that the model does not know',
  );
  await expect(norms(new Int32Array(context + 1).fill(-1))).rejects.toThrow('windows: token');
});
