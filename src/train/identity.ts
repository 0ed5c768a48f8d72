/** What decides bits beside the inputs: which engine, its version, and the arithmetic that it finds. */
import { createRequire } from 'node:module';
import { arch, cpus, platform } from 'node:os';
import type { EngineSpec, RunSpec } from '../records.js';
import { prepareTorch } from './torch/index.js';

type Engine = RunSpec['engine'];

/** The embedded engine on this machine, as it is frozen in `run.json`. */
export function engineIdentity(): Extract<Engine, { name: 'onnx' }> {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { name: 'onnx', version, platform: processor() };
}

/**
 * The engine of a study as `run.json` names it.
 * @throws AssayError (exit code system) when there is no PyTorch for `engine: torch`, or not the GPU that it asks for
 */
export async function resolveEngine(engine: EngineSpec): Promise<Engine> {
  if (engine.name === 'onnx') return engineIdentity();
  return engine.name === 'torch' ? prepareTorch(engine, processor()) : engine;
}

function processor(): string {
  return `${platform()}-${arch()} ${cpus()[0]?.model.trim() || 'unknown processor'}`;
}

/**
 * What of an engine goes into the hash of a run, or, as the study asks for it, into that of a rate.
 *
 * Of PyTorch it is what was asked for and its version, not which GPU it was, nor how many: a study may go on when the next
 * machine has others. Of a command it is its words and its `version`. It is not the folder of the study, which may move,
 * and not the bytes of the program: what it gives depends on libraries and drivers that no hash of ours covers, and a
 * changed comment in it must not cost a study its runs.
 */
export function decidingPart(engine: Engine | EngineSpec): unknown {
  if (engine.name === 'onnx') return engine;
  if (engine.name === 'torch') {
    const { name, precision, compile, device } = engine;
    const found = 'torch' in engine ? { version: engine.version, torch: engine.torch } : {};
    return { name, precision, compile, device, ...found };
  }
  const { name, command, version } = engine;
  return { name, command, version };
}
