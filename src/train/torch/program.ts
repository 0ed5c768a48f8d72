/** The engine's worker as a program for one run or several of one shape. */
import { resolve } from 'node:path';
import { AssayError, ExitCode } from '../../errors.js';
import type { PreparedTorchEngine } from '../../records.js';
import type { TrainRunOptions } from '../options.js';
import type { TrainerProgram } from '../programs/index.js';
import { pythonOf } from './check.js';
import { torchFile } from './files.js';

/** The worker's exit code where Python, PyTorch or the GPU is missing. */
const missing = 3;

/**
 * @param options.until the step at which it ends well, with checkpoints
 */
export function torchProgram(
  engine: PreparedTorchEngine,
  options: Pick<TrainRunOptions, 'checkpointSeconds' | 'until' | 'gpus'>,
): TrainerProgram {
  const { device, precision, compile, devices, shard, activationCheckpointing } = engine;
  const { checkpointSeconds, until, gpus } = options;
  const python = pythonOf(engine);
  const settings = {
    ...{ device, precision, compile, 'checkpoint-seconds': checkpointSeconds, until, devices },
    ...{ shard, 'activation-checkpointing': activationCheckpointing },
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, `${value}`];
  });
  return {
    subject: `engine torch: ${python}`,
    words: (folders) => [
      python,
      // Isolated: neither the folder of the study nor the user's variables add modules.
      ...['-I', '-B', torchFile('worker.py')],
      ...flags,
      ...folders.map((folder) => resolve(folder)),
    ],
    environment: () => (gpus === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpus.map(nameOfGpu).join() }),
    startIt: 'See `assay engine torch --check`.',
    noticeIn: (line) => /^warning: (.*)/.exec(line)?.[1],
    refusal: (code, lastWords) =>
      code === missing
        ? new AssayError(
            'engine torch',
            lastWords
              .split('\n')
              .at(-1)!
              .replace(/^error: /, ''),
            {
              fix: 'See `assay engine torch --check`.',
              exitCode: ExitCode.system,
            },
          )
        : undefined,
  };
}

/** The name of a GPU for a process that is not to see all. */
function nameOfGpu(index: number): string {
  return process.env.CUDA_VISIBLE_DEVICES?.split(',')[index] ?? `${index}`;
}
