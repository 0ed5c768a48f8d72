/** `engine`: what trains. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { EngineSpec, TorchEngine } from '../records.js';
import { count, says, switchRule } from './values.js';

const wordRule = says('a program or an argument, as text');
const commandShape = z.strictObject({
  command: z
    .array(z.string(wordRule).min(1, wordRule), says('a list such as [python3, ./train.py]'))
    .min(1, says('at least a program'))
    .describe(
      'Program and arguments, run without a shell in the run folder, whose path is added as the last argument. ' +
        'A program with a slash and arguments that start with `./` or `../` are relative to the study file. ' +
        'Example: `[python3, ./train.py]`.',
    )
    .meta({ examples: [['python3', './train.py']] }),
  version: z
    .union([z.string(), z.int()], says('text or a whole number'))
    .default('1')
    .describe(
      'Change it when the trainer gives other results: runs are then trained again. Default: 1. Example: `2`.',
    )
    .meta({ examples: ['2'] }),
});

const precision = z.enum(['fp32', 'tf32', 'bf16'], says('fp32, tf32 or bf16'));
/** How a run is spread over GPUs. */
const devices = {
  devices: count
    .optional()
    .describe(
      'GPUs that train one run together, a process each, on equal parts of every batch; on a CPU, processes. Losses are ' +
        'those of one GPU up to rounding. Default: 1. Example: `8`.',
    )
    .meta({ examples: [8] }),
  shard: z
    .boolean(switchRule)
    .optional()
    .describe(
      'Divide parameters, gradients and moments over `devices`, for models that one GPU does not hold. Default: false. ' +
        'Example: `true`.',
    )
    .meta({ examples: [true] }),
  activationCheckpointing: z
    .boolean(switchRule)
    .optional()
    .describe(
      'Keep only what passes between layers for the gradient, and compute what is inside of them again: less memory ' +
        'for about a third more arithmetic. Default: false. Example: `true`.',
    )
    .meta({ examples: [true] }),
};
const targetOptions = z.strictObject(
  {
    precision: precision
      .optional()
      .describe('As `precision`, for targets. Default: that of proxies. Example: `bf16`.')
      .meta({ examples: ['bf16'] }),
    ...devices,
  },
  says('settings such as { devices: 8, shard: true }'),
);

const pythonRule = says('a program, as text');
const torchOptions = z.strictObject(
  {
    python: z
      .string(pythonRule)
      .min(1, pythonRule)
      .optional()
      .describe(
        'The Python that has PyTorch 2; a path with a slash is relative to the study file. It does not decide results. ' +
          'Default: what `ASSAY_PYTHON` names, else `python3`. Example: `../venv/bin/python`.',
      )
      .meta({ examples: ['../venv/bin/python'] }),
    precision: precision
      .default('fp32')
      .describe(
        'Arithmetic of matrix products: `fp32`; `tf32`, float32 rounded to 10 bits of mantissa, on GPUs; `bf16`, with ' +
          'weights, gradients and moments kept in float32. Part of what decides a run. Default: `fp32`. Example: `bf16`.',
      )
      .meta({ examples: ['bf16'] }),
    device: z
      .enum(['auto', 'cpu', 'cuda'], says('auto, cpu or cuda'))
      .default('auto')
      .describe(
        'Where to train; `auto`: a GPU where PyTorch finds one. Part of what decides a run is which of the two it was. ' +
          'Default: `auto`. Example: `cuda`.',
      )
      .meta({ examples: ['cuda'] }),
    stack: z
      .union([z.enum(['auto']), count], says('auto or a whole number of at least 1'))
      .default('auto')
      .describe(
        'Runs of one shape trained at once by one process, as one batched model; losses are those of single runs up to ' +
          'rounding. `auto`: 1 on a CPU; on a GPU the fewest that keep it busy, at most 64, and no more than fit. Default: `auto`. Example: `16`.',
      )
      .meta({ examples: [16] }),
    compile: z
      .enum(['auto', 'always', 'never'], says('auto, always or never'))
      .default('auto')
      .describe(
        'Whether `torch.compile` makes the step; `auto`: on GPUs. Part of what decides a run. Default: `auto`. ' +
          'Example: `never`.',
      )
      .meta({ examples: ['never'] }),
    ...devices,
    target: targetOptions
      .optional()
      .describe(
        'What differs for the runs of targets, which are trained after those of proxies when they take more GPUs. ' +
          'Default: nothing. Example: `{ devices: 8, shard: true, precision: bf16 }`.',
      )
      .meta({ examples: [{ devices: 8, shard: true, precision: 'bf16' }] }),
  },
  says('settings such as { precision: bf16 }'),
);
const torchShape = z.strictObject({
  torch: torchOptions
    .describe('PyTorch 2, with settings. Example: `{ precision: bf16, stack: 16 }`.')
    .meta({ examples: [{ precision: 'bf16', stack: 16 }] }),
});

export const engineShape = z
  .union(
    [z.enum(['onnx', 'torch']), torchShape, commandShape],
    says('onnx, torch, { torch: { precision: bf16 } } or { command: [python3, ./train.py] }'),
  )
  .default('onnx')
  .describe(
    'What trains: `onnx` (built in); `torch`, PyTorch 2 on a CPU or a GPU (docs/gpu.md); or your own program that ' +
      'follows docs/run-protocol.md. Default: `onnx`. Example: `{ command: [python3, ./train.py] }`.',
  )
  .meta({ examples: ['onnx', 'torch', { command: ['python3', './train.py'] }] });

/** @param folder of the study file */
export function engineOf(engine: z.output<typeof engineShape>, folder: string): EngineSpec {
  if (engine === 'onnx') return { name: 'onnx' };
  if (engine !== 'torch' && 'command' in engine)
    return { name: 'command', command: engine.command, folder, version: String(engine.version) };
  const { python, ...settings } = engine === 'torch' ? torchOptions.parse({}) : engine.torch;
  const path = python?.includes('/') ? resolve(folder, python) : python;
  // Zod leaves out what a study leaves out.
  return { name: 'torch', ...settings, ...(path !== undefined && { python: path }) } as TorchEngine;
}
