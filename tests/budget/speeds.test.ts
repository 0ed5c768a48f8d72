import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type SpeedOf, Speeds } from '../../src/budget/index.js';
import { buildModel, flopsPerToken } from '../../src/model/index.js';
import { workspace } from '../corpus/workspace.js';
import { proxyOf } from './proxy.js';

const work = workspace();
const { beta1, beta2, epsilon, weightDecay, gradientClip, model } = proxyOf();
const optimizer = { beta1, beta2, epsilon, weightDecay, gradientClip };
const small: SpeedOf = {
  model,
  vocabularySize: 257,
  shape: { batch: 2, context: 16, ...optimizer },
  threads: 1,
  workers: 2,
};

test('what was measured is kept; what was not has the same arithmetic a second as the nearest', async () => {
  const folder = work.path('measured');
  mkdirSync(folder);
  const speeds = Speeds.open(folder);
  expect(speeds.isKnown(small)).toBe(false);
  await speeds.measure(small);
  const again = Speeds.open(folder);
  expect(again.isKnown(small)).toBe(true);
  expect(again.of(small)).toEqual(speeds.of(small));
  for (const value of Object.values(again.of(small))) expect(value).toBeGreaterThan(0);

  const wide: SpeedOf = { ...small, model: { ...model, width: 64, mlpWidth: 256 } };
  const flops = ({ model: config }: SpeedOf) =>
    flopsPerToken(buildModel(config, { vocabularySize: 257, context: 16 }));
  expect(again.isKnown(wide)).toBe(false);
  expect(again.of(wide).perTrainedToken / flops(wide)).toBeCloseTo(
    again.of(small).perTrainedToken / flops(small),
    14,
  );
  expect(again.of(wide).start).toBe(again.of(small).start);

  // Another number of runs at once is another speed.
  expect(again.isKnown({ ...small, workers: 1 })).toBe(false);
});

test('a model whose smallest pass takes too long is estimated at the rate of the reference machine', async () => {
  const gpt2Small = { family: 'gpt2', layers: 12, width: 768, heads: 12, mlpWidth: 3072 } as const;
  const large: SpeedOf = {
    ...small,
    model: gpt2Small,
    vocabularySize: 50_257,
    shape: { ...small.shape, batch: 128, context: 1024 },
  };
  const speeds = Speeds.open(work.path('empty'));
  expect(speeds.isKnown(large)).toBe(true);
  // 6 × 124 M parameters and 12 × 12 layers × 768 × 1024 of attention, at 90 GFLOP/s.
  expect(speeds.of(large).perTrainedToken).toBeCloseTo((6 * 123.5e6 + 12 * 12 * 768 * 1024) / 9e10, 3);
});
