/** How fast this machine trains a model: a few real steps on random tokens, before a study commits to hours. */
import { initialise, type Model } from '../model/index.js';
import type { Random } from '../random.js';
import type { ProxySpec } from '../records.js';
import type { Trainer } from './engine.js';
import { resolveMicroBatch } from './micro-batch.js';
import { createOnnxTrainer } from './onnx/index.js';
import { callSeconds, Pace } from './pace.js';

const leastSeconds = { training: 2, validation: 0.5 };
/** Steps in one call. */
const mostSteps = 20;

/** What of a proxy decides its speed. */
export type SpeedShape = Pick<
  ProxySpec,
  'batch' | 'context' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'gradientClip'
> & { microBatch?: number };

export interface Speed {
  tokensPerSecond: number;
  /** Processor time of this process. */
  cpuSecondsPerToken: number;
}

/** Speed does not depend on the rate. */
const someRate = 1e-3;

/** A compiled model with one step behind it, which allocates and is left out of the time. */
export class SpeedTest {
  private constructor(
    private readonly trainer: Trainer,
    private readonly windows: Int32Array, // [batch, context + 1]
    private readonly shape: SpeedShape,
    private readonly microBatch: number,
  ) {}

  static async open(model: Model, shape: SpeedShape, threads: number, random: Random): Promise<SpeedTest> {
    const { batch, context, beta1, beta2, epsilon, weightDecay, gradientClip } = shape;
    const microBatch = resolveMicroBatch(model, shape);
    const trainer = await createOnnxTrainer(
      model,
      {
        step: 0,
        parameters: initialise(model, random.split('init')),
        firstMoments: new Map(),
        secondMoments: new Map(),
      },
      {
        batch,
        microBatch,
        context,
        threads,
        optimizer: { beta1, beta2, epsilon, weightDecay, gradientClip },
      },
    );
    const tokens = random.split('tokens');
    const windows = new Int32Array(batch * (context + 1)).map(() => tokens.below(model.vocabularySize));
    await trainer.step(windows, someRate);
    return new SpeedTest(trainer, windows, shape, microBatch);
  }

  /** Of whole training steps. */
  training(): Promise<Speed> {
    const { batch, context } = this.shape;
    const pace = new Pace(callSeconds);
    return timed(leastSeconds.training, async () => {
      const count = pace.steps(mostSteps);
      const repeated = new Int32Array(count * this.windows.length);
      for (let i = 0; i < count; i++) repeated.set(this.windows, i * this.windows.length);
      await pace.time(count, () => this.trainer.steps(repeated, Array<number>(count).fill(someRate)));
      return count * batch * context;
    });
  }

  /** Of losses without gradients, a micro-batch at a time, as a run validates. */
  validation(): Promise<Speed> {
    const windows = this.windows.subarray(0, this.microBatch * (this.shape.context + 1));
    return timed(leastSeconds.validation, async () => {
      await this.trainer.tokenLosses(windows);
      return this.microBatch * this.shape.context;
    });
  }

  dispose(): Promise<void> {
    return this.trainer.dispose();
  }
}

/** Repeats `work`, which returns its tokens, until enough time has passed. */
async function timed(seconds: number, work: () => Promise<number>): Promise<Speed> {
  const started = performance.now();
  const before = process.cpuUsage();
  for (let tokens = 0; ; ) {
    tokens += await work();
    const passed = (performance.now() - started) / 1000;
    if (passed < seconds) continue;
    const { user, system } = process.cpuUsage(before);
    return { tokensPerSecond: tokens / passed, cpuSecondsPerToken: (user + system) / 1e6 / tokens };
  }
}

/** Training tokens per second of one run with `threads` threads, when nothing else runs. */
export async function measureTokensPerSecond(
  model: Model,
  proxy: SpeedShape,
  threads: number,
  random: Random,
): Promise<number> {
  const test = await SpeedTest.open(model, proxy, threads, random);
  try {
    return (await test.training()).tokensPerSecond;
  } finally {
    await test.dispose();
  }
}
