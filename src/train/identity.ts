/** What decides bits beside the inputs: the build of ONNX Runtime and the machine's arithmetic. */
import { createRequire } from 'node:module';
import { arch, cpus, platform } from 'node:os';
import type { RunSpec } from '../records.js';

/** The embedded engine on this machine, as it is frozen in `run.json`. */
export function engineIdentity(): RunSpec['engine'] {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const processor = cpus()[0]?.model.trim() || 'unknown processor';
  return { name: 'onnx', version, platform: `${platform()}-${arch()} ${processor}` };
}
