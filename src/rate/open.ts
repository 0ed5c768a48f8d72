/** The derivatives at the last checkpoint of a run, by the engine of its study. */
import { join } from 'node:path';
import type { Model } from '../model/index.js';
import type { EngineSpec } from '../records.js';
import { readTrainState } from './checkpoint.js';
import type { DerivativeOptions, Derivatives } from './derivatives.js';
import { OnnxDerivatives } from './onnx-derivatives.js';
import { TorchDerivatives } from './torch-derivatives.js';

export interface OpenOptions extends DerivativeOptions {
  signal?: AbortSignal;
  onNotice?: (message: string) => void;
}

/**
 * PyTorch's for `engine: torch`; for the embedded engine and for a user's trainer those of ONNX Runtime.
 * @param folder of a run that has finished
 * @param use gets them for as long as its promise is pending
 * @throws AssayError as `TorchDerivatives.open`, and whatever `use` throws
 */
export async function withDerivatives<T>(
  engine: EngineSpec,
  model: Model,
  folder: string,
  options: OpenOptions,
  use: (derivatives: Derivatives<unknown>) => Promise<T>,
): Promise<T> {
  const derivatives = await open(engine, model, folder, options);
  try {
    return await use(derivatives);
  } finally {
    await derivatives.dispose();
  }
}

async function open(
  engine: EngineSpec,
  model: Model,
  folder: string,
  options: OpenOptions,
): Promise<Derivatives<unknown>> {
  if (engine.name !== 'torch')
    return new OnnxDerivatives(model, await readTrainState(folder, model), options);
  const graph = join(folder, 'graph.json');
  const checkpoint = join(folder, 'checkpoint.safetensors');
  return TorchDerivatives.open(model, { ...options, engine, graph, checkpoint });
}
