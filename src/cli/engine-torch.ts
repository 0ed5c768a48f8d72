/** `assay engine torch --check`: whether `engine: torch` can train here, and what it lacks. */
import { Command, Option } from 'commander';
import type { AssayError } from '../errors.js';
import type { TorchFound } from '../train/index.js';
import { printJson } from './output.js';

interface CheckFlags {
  python?: string;
  device: 'auto' | 'cpu' | 'cuda';
  json?: boolean;
}

export function engineTorchCommand(): Command {
  return new Command('torch')
    .description('PyTorch, on a CPU or a GPU: docs/gpu.md.')
    .requiredOption(
      '--check',
      'say which Python, PyTorch and GPU there are; exit code 5 when they cannot train',
    )
    .option('--python <program>', 'the Python to look at (default: ASSAY_PYTHON, else python3)')
    .addOption(
      new Option('--device <device>', 'what has to be there')
        .choices(['auto', 'cpu', 'cuda'])
        .default('auto'),
    )
    .option('--json', 'print the findings as JSON on stdout')
    .action(async ({ python, device, json }: CheckFlags) => {
      const { findTorch, pythonOf, torchProblem } = await import('../train/index.js');
      const found = await findTorch(pythonOf({ ...(python !== undefined && { python }) }));
      const problem = torchProblem(found, device);
      if (json && problem === undefined) printJson(found);
      else if (!json) process.stdout.write(describe(found, problem));
      if (problem !== undefined) throw problem;
    });
}

function describe(found: TorchFound, problem: AssayError | undefined): string {
  const { python, executable, torch, cuda, gpus = [], noGpu } = found;
  const lines = [`python   ${python}, ${executable}`, `pytorch  ${torch ?? 'none'}`];
  if (torch !== undefined) lines.push(`cuda     ${cuda ?? 'none: a build for CPUs'}`);
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(0);
  for (const { name, memoryBytes, freeBytes } of gpus)
    lines.push(`gpu      ${name}, ${gib(memoryBytes)} GiB of memory, ${gib(freeBytes)} free`);
  if (torch !== undefined && gpus.length === 0)
    lines.push(`gpu      none${noGpu === undefined ? '' : `: ${noGpu}`}`);
  if (problem === undefined) lines.push(`trains   on ${gpus.length > 0 ? 'the GPU' : 'the CPU'}`);
  return `${lines.join('\n')}\n`;
}
