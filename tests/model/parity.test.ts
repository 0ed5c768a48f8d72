/** Every family computes what `transformers` computes, from random weights: odd sizes, logits to second derivatives. */
import { describe, expect, test } from 'vitest';
import { gradients, leavesOf, type Tensor } from '../../src/graph/index.js';
import { exampleGradientNorms, hessianVectorProduct } from '../../src/model/index.js';
import { createOnnxTrainer } from '../../src/train/onnx/index.js';
import { learningRateAt } from '../../src/train/schedule.js';
import { evaluate } from '../graph/finite-differences.js';
import { uniform, windowsOf } from './hashed.js';
import { cases, floorOf, modelOf, readFixture, summaryError, weightsOf } from './parity-fixtures.js';

describe.each(cases)('%s', (name) => {
  const fixture = readFixture(`parity-${name}`);
  const { batch, context, vocabularySize } = fixture;
  const model = modelOf(fixture);
  const windows = (which = 'windows'): Int32Array => windowsOf(which, batch * (context + 1), vocabularySize);
  const forward = model.forward(batch);
  const parameters = new Map(leavesOf(forward, 'parameter') as Map<string, Tensor>);
  const names = [...parameters.keys()];
  const feeds = {
    windows: windows(),
    weights: new Float32Array(batch * context).fill(1 / (batch * context)),
    ...Object.fromEntries(weightsOf(fixture)),
  };
  const first = gradients(forward.outputs.loss!, [...parameters.values()]);

  test('has the parameters of the library, and uses every one', () => {
    const listed = Object.fromEntries(model.parameters.map((spec) => [spec.name, spec.shape]));
    expect(listed).toEqual(fixture.shapes);
    expect([...names].sort()).toEqual(Object.keys(fixture.shapes).sort());
  });

  test('gives the same logits and loss', async () => {
    const crossEntropy = forward.nodes.find((node) => node.op === 'tokenCrossEntropy')!;
    const outputs = { logits: crossEntropy.inputs[0]!, loss: forward.outputs.loss! };
    const { logits, loss } = await evaluate(outputs, feeds);
    expect(logits).toHaveLength(fixture.logits.length);
    const difference = Math.max(...fixture.logits.map((logit, i) => Math.abs(logit - logits![i]!)));
    expect(difference).toBeLessThanOrEqual(2e-4);
    expect(Math.abs(loss![0]! - fixture.loss)).toBeLessThanOrEqual(1e-5);
  });

  test('gives the same gradient of every parameter', async () => {
    const found = await evaluate(Object.fromEntries(names.map((key, i) => [`g:${key}`, first[i]!])), feeds);
    const floor = floorOf(fixture.gradients);
    const errors = names.map((key) => summaryError(key, found[`g:${key}`]!, fixture.gradients[key]!, floor));
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-3);
  });

  test('gives the same Hessian-vector product', async () => {
    const weights = weightsOf(fixture);
    const direction = new Map(
      [...weights].map(([key, { length }]) => [key, Float32Array.from(uniform(`direction ${key}`, length))]),
    );
    const { lossNats, product } = await hessianVectorProduct(model, weights, windows(), direction);
    expect(Math.abs(lossNats - fixture.loss)).toBeLessThanOrEqual(1e-5);
    const floor = floorOf(fixture.hessianProducts);
    const errors = names.map((key) =>
      summaryError(key, product.get(key)!, fixture.hessianProducts[key]!, floor),
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-3);
  });

  test("gives the same norm of each window's own gradient", async () => {
    const norms = await exampleGradientNorms(model, weightsOf(fixture), windows());
    expect(norms).toHaveLength(batch);
    const errors = fixture.exampleGradientNorms.map((norm, i) => Math.abs(norms[i]! / norm - 1));
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
  });

  test('trains along the same losses for ten steps of AdamW with clipping', async () => {
    const { optimizer, schedule, training } = fixture;
    const trainer = await createOnnxTrainer(
      model,
      { step: 0, parameters: weightsOf(fixture), firstMoments: new Map(), secondMoments: new Map() },
      { batch, microBatch: batch, context, threads: 1, optimizer },
    );
    for (const [step, loss] of training.losses.entries()) {
      const result = await trainer.step(windows(`windows ${step}`), learningRateAt(schedule, step));
      expect(Math.abs(result.lossNats - loss)).toBeLessThanOrEqual(1e-4);
      expect(Math.abs(result.gradientNorm / training.gradientNorms[step]! - 1)).toBeLessThanOrEqual(1e-3);
    }
    const last = await trainer.tokenLosses(windows('windows 0'));
    const mean = last.reduce((total, loss) => total + loss, 0) / last.length;
    expect(Math.abs(mean - training.lastLoss)).toBeLessThanOrEqual(1e-4);
    await trainer.dispose();
  });
});
