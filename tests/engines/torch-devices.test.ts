/** Several GPUs in a study: what may be asked for, which runs get them, and that they decide no result. */
import { expect, test } from 'vitest';
import { findPlaces, placesOnGpus } from '../../src/executor/places.js';
import { parseStudy } from '../../src/load-study.js';
import { presets } from '../../src/model/index.js';
import type { PreparedTorchEngine, RunSpec, TorchEngine } from '../../src/records.js';
import { decidingPart, engineOfRole, torchProblem } from '../../src/train/index.js';
import { torchProgram } from '../../src/train/torch/index.js';

const text = (engine: string, target = 'batch: 32'): string => `
study: small
sources: { web: { path: web.jsonl } }
recipes: { all: natural }
validate: { web: { holdout: 1 %, of: web } }
proxy: { model: gpt2-small, learningRate: 1e-5, tokensPerParameter: 20, batch: 128, context: 1024 }
target: { model: gpt2-large, sweep: { learningRate: [1e-4] }, ${target} }
engine: { torch: ${engine} }
`;
const engineOf = async (engine: string, target?: string): Promise<TorchEngine> =>
  (await parseStudy(text(engine, target), 'study.yaml')).engine as TorchEngine;
const spread = { devices: 8, shard: true, activationCheckpointing: true };

test('targets may have other GPUs and another precision than proxies', async () => {
  const engine = await engineOf(
    '{ stack: 16, target: { devices: 8, shard: true, activationCheckpointing: true, precision: bf16 } }',
  );
  const proxy = { name: 'torch', precision: 'fp32', device: 'auto', stack: 16, compile: 'auto' };
  expect(engineOfRole(engine, 'proxy')).toEqual(proxy);
  expect(engineOfRole(engine, 'target')).toEqual({ ...proxy, ...spread, precision: 'bf16' });
});

test.each([
  [
    '{ shard: true }',
    'batch: 32',
    'there is nothing to divide over, expected `devices` of at least 2, got 1',
  ],
  [
    '{ devices: 2, stack: 4 }',
    'batch: 32',
    'a run on several GPUs shares them with no other run, expected `devices: 1`, got 2',
  ],
  [
    '{ devices: 24 }',
    'batch: 48',
    'the batch cannot be divided equally over the devices, expected a multiple of 24, got 128',
  ],
  [
    '{ target: { devices: 8 } }',
    'batch: 36',
    'the batch cannot be divided equally over the devices, expected a multiple of 8, got 36',
  ],
  ['{ devices: 0 }', 'batch: 32', 'expected a whole number of at least 1, got 0'],
])(
  'a study that asks for %s and a target of %s is told why not, with the place',
  async (engine, target, why) => {
    const message = await engineOf(engine, target).then(String, (error: Error) => error.message);
    expect(message).toContain(why);
    expect(message).toMatch(/^study\.yaml:\d+:\d+: /);
    expect(message.trim().split('\n')).toHaveLength(1);
  },
);

test('more GPUs than there are is told in one message', () => {
  const gpu = { name: 'A GPU', memoryBytes: 2 ** 36, freeBytes: 2 ** 35 };
  const versions = { oldestPython: '3.10', oldestTorch: '2.4', python: '3.12.1', torch: '2.10.0' };
  const found = { ...versions, executable: '/venv/bin/python', cuda: '13.0', gpus: [gpu, gpu] };
  expect(torchProblem(found, 'auto', 2)).toBeUndefined();
  expect(torchProblem(found, 'cpu', 4)).toBeUndefined();
  expect(torchProblem({ ...found, gpus: [] }, 'auto', 4)!.message).toMatch(
    /^engine torch: no GPU that PyTorch can use, .* train with `device: cpu`\.$/,
  );
  for (const device of ['auto', 'cuda'] as const)
    expect(torchProblem(found, device, 4)!.message).toContain(
      'engine torch: fewer GPUs than a run is to be trained on, expected 4, got 2. Lower `devices`',
    );
});

const prepared: PreparedTorchEngine = {
  ...{ name: 'torch', precision: 'fp32', device: 'cpu', compile: 'never', stack: 2 },
  ...{ version: '1', torch: '2.10.0', platform: 'a processor' },
};

test('how a run is spread decides no result', () => {
  expect(decidingPart({ ...prepared, ...spread })).toEqual(decidingPart(prepared));
  const { version: _, torch: __, platform: ___, ...asked } = prepared;
  const rateOf = decidingPart(asked);
  expect(decidingPart({ ...asked, ...spread, stack: 'auto', python: 'venv/bin/python' })).toEqual(rateOf);
  expect(decidingPart({ ...asked, precision: 'bf16' })).not.toEqual(rateOf);
});

test('the worker is told of it', () => {
  expect(
    torchProgram({ ...prepared, ...spread }, { gpus: [2, 3] })
      .words(['/run'])
      .slice(4),
  ).toEqual([
    ...['--device', 'cpu', '--precision', 'fp32', '--compile', 'never'],
    ...['--devices', '8', '--shard', '--activation-checkpointing', '/run'],
  ]);
  expect(
    torchProgram({ ...prepared, shard: false }, {})
      .words(['/run'])
      .slice(10),
  ).toEqual(['/run']);
});

test('runs on more devices come after the others, each alone', async () => {
  const specs = [1, 2, 1, 2].map((devices) => {
    return { batch: 8, threads: 1, engine: { ...prepared, devices } } as unknown as RunSpec;
  });
  expect(await findPlaces(specs, 3)).toEqual([
    { stacks: [[0, 2]], places: [{}] },
    { stacks: [[1], [3]], places: [{}, {}] },
  ]);
  expect(await findPlaces([])).toEqual([]);
});

test('stacks on a CPU go on at once only when the memory of all their runs is there', async () => {
  const { config: model, sizes } = presets['gpt2-small'];
  const run = { ...sizes, model, microBatch: 1, threads: 1, engine: { ...prepared, stack: 500 } };
  const specs = Array<RunSpec>(1000).fill(run as unknown as RunSpec);
  const [round] = await findPlaces(specs);
  expect(round!.stacks).toHaveLength(2);
  expect(round!.places).toHaveLength(1);
});

test('each of them has GPUs of its own', () => {
  expect(placesOnGpus(2, 3)).toEqual([{ gpus: [0, 1] }, { gpus: [2, 3] }, { gpus: [4, 5] }]);
});
