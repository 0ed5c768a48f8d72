/** How fast this machine trains a model: a few real steps on random tokens, before a study commits to hours. */
import { initialise, type Model } from '../model/index.js';
import type { Random } from '../random.js';
import type { ProxySpec } from '../records.js';
import { resolveMicroBatch } from './micro-batch.js';
import { createOnnxTrainer } from './onnx/index.js';
import { callSeconds, Pace } from './pace.js';

const leastSeconds = 2;
/** Steps in one call. */
const mostSteps = 20;

/** Training tokens per second of one run with `threads` threads, when nothing else runs. */
export async function measureTokensPerSecond(
  model: Model,
  proxy: ProxySpec,
  threads: number,
  random: Random,
): Promise<number> {
  const { batch, context, beta1, beta2, epsilon, weightDecay, gradientClip } = proxy;
  const parameters = initialise(model, random.split('init'));
  const trainer = await createOnnxTrainer(
    model,
    { step: 0, parameters, firstMoments: new Map(), secondMoments: new Map() },
    {
      batch,
      microBatch: resolveMicroBatch(model, proxy),
      context,
      threads,
      optimizer: { beta1, beta2, epsilon, weightDecay, gradientClip },
    },
  );
  try {
    const tokens = random.split('tokens');
    const windows = new Int32Array(batch * (context + 1)).map(() => tokens.below(model.vocabularySize));
    // The first step allocates and is left out.
    await trainer.step(windows, proxy.learningRate);
    const pace = new Pace(callSeconds);
    const started = performance.now();
    for (let steps = 0; ; ) {
      const count = pace.steps(mostSteps);
      const repeated = new Int32Array(count * windows.length);
      for (let i = 0; i < count; i++) repeated.set(windows, i * windows.length);
      const rates = Array<number>(count).fill(proxy.learningRate);
      await pace.time(count, () => trainer.steps(repeated, rates));
      steps += count;
      const seconds = (performance.now() - started) / 1000;
      if (seconds >= leastSeconds) return (steps * batch * context) / seconds;
    }
  } finally {
    await trainer.dispose();
  }
}
