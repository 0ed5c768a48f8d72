/** The PyTorch engine of a study on this machine, as it is frozen in `run.json`. */
import type { EngineSpec, PreparedTorchEngine, TorchEngine } from '../../records.js';
import { requireTorch } from './check.js';

/** Raised when the worker gives other results; part of the hash of a run. */
const workerVersion = '1';

/**
 * @param processor named where there is no GPU
 * @throws AssayError (exit code system) as `requireTorch`
 */
export async function prepareTorch(
  { target, ...engine }: TorchEngine,
  processor: string,
): Promise<PreparedTorchEngine> {
  const { torch, gpus } = await requireTorch(engine, target?.devices);
  const [gpu] = engine.device === 'cpu' ? [] : gpus;
  const device = gpu === undefined ? 'cpu' : 'cuda';
  return { ...engine, device, version: workerVersion, torch, platform: gpu?.name ?? processor };
}

/** The engine of a study as the runs of a proxy or of a target are trained with it. */
export function engineOfRole(engine: EngineSpec, role: 'proxy' | 'target'): EngineSpec {
  if (engine.name !== 'torch') return engine;
  const { target, ...own } = engine;
  return role === 'target' ? { ...own, ...target } : own;
}
