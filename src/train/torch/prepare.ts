/** The PyTorch engine of a study on this machine, as it is frozen in `run.json`. */
import type { PreparedTorchEngine, TorchEngine } from '../../records.js';
import { requireTorch } from './check.js';

/** Raised when the worker gives other results; part of the hash of a run. */
const workerVersion = '1';

/**
 * @param processor named where there is no GPU
 * @throws AssayError (exit code system) as `requireTorch`
 */
export async function prepareTorch(engine: TorchEngine, processor: string): Promise<PreparedTorchEngine> {
  const { torch, gpus } = await requireTorch(engine);
  const [gpu] = engine.device === 'cpu' ? [] : gpus;
  const device = gpu === undefined ? 'cpu' : 'cuda';
  return { ...engine, device, version: workerVersion, torch, platform: gpu?.name ?? processor };
}
