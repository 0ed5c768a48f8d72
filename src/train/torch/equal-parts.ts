/** Every GPU of a run has an equal part of its batches. */
import { AssayError, ExitCode } from '../../errors.js';
import type { RunSpec } from '../../records.js';

/** @throws AssayError (exit code study) when the batch cannot be divided so */
export function requireEqualParts(batch: number, engine: RunSpec['engine']): void {
  const devices = engine.name === 'torch' ? (engine.devices ?? 1) : 1;
  if (batch % devices === 0) return;
  throw new AssayError('engine torch', 'the batch cannot be divided equally over the devices', {
    expected: `a multiple of ${devices}`,
    got: `${batch}`,
    fix: 'Change `batch`, or `devices` of `engine: { torch: … }`.',
    exitCode: ExitCode.study,
  });
}
