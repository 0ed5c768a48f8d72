/** DoReMi in our engine against the same written with PyTorch's tensors and autograd (scripts/doremi-torch.py). */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { DomainWeigher, paperDoremi, publicCodeDoremi } from '../../../src/mixture/index.js';
import { buildModel } from '../../../src/model/index.js';
import type { TrainerOptions, TrainState } from '../../../src/train/engine.js';
import { createOnnxTrainer, WeightedTrainer } from '../../../src/train/onnx/index.js';
import { hashed, startingWeights } from '../../model/hashed.js';

interface Variant {
  steps: { lossNats: number; excess: number[]; weights: number[] }[];
  mean: number[];
}
interface Fixture {
  batches: number[][];
  shares: number[];
  referenceSteps: number;
  rate: number;
  referenceLosses: number[];
  paper: Variant;
  publicCode: Variant;
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('./fixtures/torch.json', import.meta.url), 'utf8'));

const context = 8;
const vocabularySize = 29;
const model = buildModel(
  { family: 'gpt2', layers: 1, width: 16, heads: 2, mlpWidth: 32 },
  { vocabularySize, context },
);
const options: TrainerOptions = {
  batch: 4,
  microBatch: 2,
  context,
  threads: 1,
  optimizer: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, gradientClip: 1e9 },
};
const start = (): TrainState => ({
  step: 0,
  parameters: new Map(
    model.parameters.map(({ name, shape }) => [name, startingWeights('gpt2', name, shape)]),
  ),
  firstMoments: new Map(),
  secondMoments: new Map(),
});

const batches = fixture.batches.map((domains, step) =>
  Int32Array.from(domains.flatMap((domain, slot) => windowOf(`window ${step} ${slot}`, domain))),
);

/** Domain 0 counts, domain 1 is noise over all tokens, domain 2 noise over four. */
function windowOf(name: string, domain: number): number[] {
  const draws = [...hashed(name, context + 1)];
  if (domain === 0) return draws.map((_, i) => (draws[0]! + i) % 10);
  return draws.map((draw) => (domain === 1 ? draw % vocabularySize : 10 + (draw % 4)));
}

let reference: Map<string, Float32Array>;
beforeAll(async () => {
  const trainer = await createOnnxTrainer(model, start(), options);
  for (let step = 0; step < fixture.referenceSteps; step++)
    await trainer.step(batches[step % batches.length]!, fixture.rate);
  reference = trainer.state().parameters;
  for (const [i, batch] of batches.entries()) {
    const losses = await trainer.tokenLosses(batch);
    expect(losses.reduce((sum, loss) => sum + loss) / losses.length).toBeCloseTo(
      fixture.referenceLosses[i]!,
      4,
    );
  }
  await trainer.dispose();
});

describe.each([
  ['the paper', paperDoremi, fixture.paper],
  ['its public code', publicCodeDoremi, fixture.publicCode],
] as const)('DoReMi of %s', (_, doremi, expected) => {
  test('gives the weights, excess losses and objectives of every step, and their mean', async () => {
    const sampling = Object.fromEntries(fixture.shares.map((share, d) => [`d${d}`, share]));
    const weigher = new DomainWeigher(sampling, doremi, vocabularySize);
    const trainer = await WeightedTrainer.compile(model, options);
    trainer.load(start());
    const lossesOfReference = trainer.frozen(reference);
    for (const [step, batch] of batches.entries()) {
      const { weights, line } = weigher.weigh({
        sources: fixture.batches[step]!.map((domain) => `d${domain}`),
        losses: await trainer.tokenLosses(batch),
        reference: await lossesOfReference(batch),
      });
      const { lossNats } = await trainer.step(batch, weights, fixture.rate);
      const torch = expected.steps[step]!;
      close(Object.values(line.weights), torch.weights);
      expect(Math.abs(lossNats - torch.lossNats)).toBeLessThan(tolerance);
      for (const [d, excess] of Object.values(line.excess).entries())
        if (excess === null) expect(fixture.batches[step]).not.toContain(d);
        else expect(Math.abs(excess - torch.excess[d]!)).toBeLessThan(tolerance);
    }
    close(Object.values(weigher.mean()), expected.mean);
    await trainer.dispose();
  });
});

/** Float32 through 60 + 24 steps of Adam, in nats and in shares. */
const tolerance = 1e-4;

function close(got: readonly number[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(tolerance);
}
