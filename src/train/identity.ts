/** What decides bits beside the inputs: which engine, its version, and for the embedded one the machine's arithmetic. */
import { createRequire } from 'node:module';
import { arch, cpus, platform } from 'node:os';
import type { EngineSpec, RunSpec } from '../records.js';

type Engine = RunSpec['engine'];

/** The embedded engine on this machine, as it is frozen in `run.json`. */
export function engineIdentity(): Extract<Engine, { name: 'onnx' }> {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const processor = cpus()[0]?.model.trim() || 'unknown processor';
  return { name: 'onnx', version, platform: `${platform()}-${arch()} ${processor}` };
}

/** The engine of a study as `run.json` names it. */
export function resolveEngine(engine: EngineSpec): Engine {
  return engine.name === 'onnx' ? engineIdentity() : engine;
}

/**
 * What of an engine goes into the hash of a run. Of a command these are its words and its `version`, not the folder of
 * the study, which may move, and not the bytes of the program: what it gives depends on libraries and drivers that no
 * hash of ours covers, and a changed comment in it must not cost a study its runs.
 */
export function decidingPart(engine: Engine): unknown {
  if (engine.name === 'onnx') return engine;
  const { name, command, version } = engine;
  return { name, command, version };
}
