/** What several GPUs need of a study. */
import { engineShape } from './engine.js';
import type { Problem } from './problems.js';
import { proxyShape } from './trained-model.js';
import { placed } from './trained-model-problems.js';

export function engineProblems(study: Record<string, unknown>): Problem[] {
  const engine = engineShape.safeParse(study.engine);
  if (!engine.success || typeof engine.data === 'string' || !('torch' in engine.data)) return [];
  const { target: own, ...torch } = engine.data.torch;
  const target = { ...torch, ...own };
  return [
    ...shardProblems(torch, ['engine', 'torch']),
    ...(own?.shard === true || own?.devices !== undefined
      ? shardProblems(target, ['engine', 'torch', 'target'])
      : []),
    ...stackProblems(torch),
    ...batchProblems(study, 'proxy', torch.devices),
    ...batchProblems(study, 'target', target.devices),
  ];
}

interface Devices {
  devices?: number | undefined;
  shard?: boolean | undefined;
}

function shardProblems({ devices = 1, shard }: Devices, path: string[]): Problem[] {
  if (!shard || devices > 1) return [];
  const expected = '`devices` of at least 2';
  return [{ path, atKey: true, problem: 'there is nothing to divide over', expected, got: `${devices}` }];
}

function stackProblems({
  devices = 1,
  stack,
}: {
  devices?: number | undefined;
  stack: number | 'auto';
}): Problem[] {
  if (devices === 1 || stack === 'auto' || stack === 1) return [];
  const problem = 'a run on several GPUs shares them with no other run';
  const fix = 'Leave out `stack`, or put `devices` into `target`.';
  return [{ path: ['engine', 'torch', 'stack'], problem, expected: '`devices: 1`', got: `${devices}`, fix }];
}

/** Every device has an equal part of a batch. */
function batchProblems(study: Record<string, unknown>, role: 'proxy' | 'target', devices = 1): Problem[] {
  if (devices === 1) return [];
  const first = placed(study.proxy, ['proxy'])[0]?.value;
  const wrong = (batch: unknown, path: (string | number)[]): Problem[] => {
    const parsed = proxyShape.shape.batch.safeParse(batch);
    if (!parsed.success || parsed.data % devices === 0) return [];
    const problem = 'the batch cannot be divided equally over the devices';
    return [{ path, problem, expected: `a multiple of ${devices}`, got: `${parsed.data}` }];
  };
  return placed(study[role], [role]).flatMap(({ value, path }) => [
    ...wrong(value.batch ?? first?.batch, value.batch === undefined ? path : [...path, 'batch']),
    ...placed(value.sweep, [...path, 'sweep']).flatMap(({ value: grid, path: at }) =>
      Array.isArray(grid.batch) ? grid.batch.flatMap((batch, i) => wrong(batch, [...at, 'batch', i])) : [],
    ),
  ]);
}
