/**
 * `npm run -s bench:gpu`: the PyTorch engine on this machine's GPU, checked and timed; prints JSON. About ten minutes.
 *
 * Everything trains as in a study, from run folders through the worker, on random tokens. `share` is the model's arithmetic
 * over the measured rate of matrix products in bf16, whatever the precision. Without a GPU it says what is missing and ends
 * with code 5. `-- --try` runs it with tiny sizes on the CPU: whether the benchmark works, its figures mean nothing.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flopsPerToken } from '../src/model/index.js';
import { modelPresets } from '../src/presets.js';
import type { TorchEngine } from '../src/records.js';
import { findTorch, pythonOf, torchProblem } from '../src/train/index.js';
import { largestDifference } from './gpu/parity.js';
import { steadyRate } from './gpu/steady-rate.js';
import { modelOf, type Shape } from './shapes.js';

const trying = process.argv.includes('--try');
const device = trying ? 'cpu' : 'cuda';
const python = pythonOf({});

/** One process of `bench/gpu/`, which prints JSON. */
async function ask<T>(script: string, ...words: (string | number)[]): Promise<T> {
  const file = join(import.meta.dirname, 'gpu', script);
  const { stdout } = await promisify(execFile)(python, [file, device, ...words.map(String)]);
  return JSON.parse(stdout) as T;
}

const engine = (precision: TorchEngine['precision']): TorchEngine => ({
  ...{ name: 'torch', precision, device, stack: 'auto', python },
  compile: trying ? 'never' : 'auto',
});

/** GPT-2 small at context 1024; 65,536 tokens a step. */
const gpt2: Shape = {
  ...{ name: 'gpt2-small', config: modelPresets['gpt2-small'], vocabularySize: 50_257, context: 1024 },
  ...{ batch: 64, onePass: 64, steps: 0 },
};
/** RegMix's proxy, with a small vocabulary, so that 64 runs fit on any disk; 4,096 tokens a step. */
const tinyllama: Shape = {
  ...{ name: 'tinyllama-1m', config: modelPresets['tinyllama-1m'], vocabularySize: 8192, context: 512 },
  ...{ batch: 8, onePass: 8, steps: 0 },
};
const tiny = { layers: 1, width: 64, heads: 4, mlpWidth: 128 };
const small = (shape: Shape): Shape =>
  trying
    ? {
        ...{ ...shape, vocabularySize: 512, context: 32, batch: 4 },
        config: { ...shape.config, ...tiny, ...(shape.config.family === 'llama' && { keyValueHeads: 4 }) },
      }
    : shape;
/** About a quarter of a minute of each precision on a large GPU. */
const gpt2Steps = trying ? { bf16: 300, tf32: 300, fp32: 300 } : { bf16: 100, tf32: 60, fp32: 30 };
const stacked = { runs: trying ? 4 : 64, steps: trying ? 300 : 2000 };

const found = await findTorch(python);
const problem = torchProblem(found, device);
if (problem !== undefined) {
  console.error(problem.message);
  process.exit(problem.exitCode);
}

const lossDifference = await largestDifference(engine('fp32'));
const flops = await ask<Record<TorchEngine['precision'], number>>('matrix_rates.py', trying ? 256 : 8192);

const target = small(gpt2);
const perToken = flopsPerToken(modelOf(target));
const gpt2Rates: Record<string, object> = {};
let ours = 0;
for (const [precision, steps] of Object.entries(gpt2Steps) as [TorchEngine['precision'], number][]) {
  const rate = await steadyRate(target, engine(precision), 1, steps);
  const share = (rate.tokensPerSecond * perToken) / flops.bf16;
  gpt2Rates[precision] = { ...rate, share };
  if (precision === 'bf16') ours = rate.tokensPerSecond;
}
const { config, vocabularySize, context } = target;
const task = JSON.stringify({ config, vocabularySize, context });
const sizes = trying ? [4] : [8, 16, 32, 64];
const plain = await ask<{ tokensPerSecond: number }>('plain_step.py', task, ...sizes);

/** The same step divided over GPUs; on a CPU, over two processes. */
const gpuCount = trying ? 2 : found.gpus!.length;
const devices = [2, 4, 8, 16].filter((count) => count <= gpuCount && target.batch % count === 0);
const parallel: Record<string, object> = {};
for (const count of devices) {
  const rate = await steadyRate(target, { ...engine('bf16'), devices: count }, 1, gpt2Steps.bf16);
  parallel[count] = { ...rate, speedup: rate.tokensPerSecond / ours };
}

const proxy = small(tinyllama);
const single = await steadyRate(proxy, engine('fp32'), 1, stacked.steps);
const together = await steadyRate(proxy, engine('fp32'), stacked.runs, stacked.steps);

const goals = {
  'losses of 50 steps as the embedded engine’s, nats': { value: lossDifference, atMost: 2e-4 },
  'gpt2-small in bf16, share of the matrix rate': { value: (ours * perToken) / flops.bf16, atLeast: 0.45 },
  'gpt2-small in bf16 over a plain compiled step': { value: ours / plain.tokensPerSecond, atLeast: 1 },
  '64 stacked tinyllama-1m over one after the other': {
    value: together.tokensPerSecond / single.tokensPerSecond,
    atLeast: 10,
  },
};
console.log(
  JSON.stringify({
    machine: { python: found.python, torch: found.torch, cuda: found.cuda, gpus: found.gpus },
    ...(trying && { note: 'tiny sizes on a CPU: these figures mean nothing' }),
    goals,
    matrixFlopsPerSecond: flops,
    gpt2: { tokensPerStep: target.batch * context, flopsPerToken: perToken, ...gpt2Rates, plain, parallel },
    stack: { runs: stacked.runs, tokensPerStep: proxy.batch * proxy.context, single, together },
  }),
);
