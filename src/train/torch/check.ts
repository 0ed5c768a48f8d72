/** What a Python has for the PyTorch engine, and in one message what it lacks. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AssayError, type ErrorDetails, ExitCode } from '../../errors.js';
import type { TorchEngine } from '../../records.js';
import { torchFile } from './files.js';

export interface Gpu {
  name: string;
  memoryBytes: number;
  /** When it was looked at. */
  freeBytes: number;
}

/** What `check.py` prints. Without `torch` there is none, or it cannot be imported. */
export interface TorchFound {
  /** Oldest versions that the worker takes. */
  oldestPython: string;
  oldestTorch: string;
  python: string;
  /** Absolute path. */
  executable: string;
  torch?: string;
  importError?: string;
  /** That PyTorch was built for; null for a build without. */
  cuda?: string | null;
  gpus?: Gpu[];
  /** Why PyTorch finds no GPU, where it says so. */
  noGpu?: string;
}

/** The Python of a study: the one it names, else that of `ASSAY_PYTHON`, else the first `python3` in PATH. */
export function pythonOf({ python }: Pick<TorchEngine, 'python'>): string {
  return python ?? process.env.ASSAY_PYTHON ?? 'python3';
}

const looked = new Map<string, Promise<TorchFound>>();

/**
 * Looks once a process for each Python; importing PyTorch takes seconds.
 * @throws AssayError (exit code system) when the Python cannot be started
 */
export function findTorch(python: string): Promise<TorchFound> {
  const found = looked.get(python) ?? look(python);
  looked.set(python, found);
  return found;
}

async function look(python: string): Promise<TorchFound> {
  let said: { stdout: string };
  try {
    said = await promisify(execFile)(python, ['-I', '-B', torchFile('check.py')]);
  } catch (cause) {
    const { code, stderr = '' } = cause as { code?: unknown; stderr?: string };
    if (typeof code === 'string')
      throw problem(`no Python: "${python}" cannot be started`, {
        got: code,
        fix: `Install Python 3.10 or later, or name one ${nameOne}.`,
      });
    throw problem(`"${python}" is not a Python that can be used`, {
      got: stderr.trim().split('\n').at(-1) || `exit code ${code}`,
      fix: `Name another one ${nameOne}.`,
    });
  }
  return JSON.parse(said.stdout.trim().split('\n').at(-1)!) as TorchFound;
}

const nameOne = 'with `engine: { torch: { python: … } }` or in ASSAY_PYTHON';

/**
 * What keeps this Python from training on the device; undefined when it can.
 * @param devices GPUs of one run, where it trains on GPUs
 */
export function torchProblem(
  found: TorchFound,
  device: TorchEngine['device'],
  devices = 1,
): AssayError | undefined {
  const { executable, torch, oldestPython, oldestTorch } = found;
  const install = `Install it for this Python (\`${executable} -m pip install torch\`), or name another one ${nameOne}.`;
  if (isOlder(found.python, oldestPython))
    return problem(`the Python ${executable} is too old`, {
      expected: `${oldestPython} or later`,
      got: found.python,
      fix: `Name another one ${nameOne}.`,
    });
  if (found.importError !== undefined)
    return problem(`PyTorch cannot be imported by ${executable}`, { got: found.importError, fix: install });
  if (torch === undefined) return problem(`PyTorch is not installed for ${executable}`, { fix: install });
  if (isOlder(torch, oldestTorch))
    return problem(`the PyTorch of ${executable} is too old`, {
      expected: `${oldestTorch} or later`,
      got: torch,
      fix: `Install a later one: \`${executable} -m pip install --upgrade torch\`.`,
    });
  const count = found.gpus!.length;
  if (device === 'cpu' || count >= devices) return undefined;
  if (count > 0)
    return problem('fewer GPUs than a run is to be trained on', {
      expected: `${devices}`,
      got: `${count}`,
      fix: 'Lower `devices`, or let PyTorch see more of them (CUDA_VISIBLE_DEVICES).',
    });
  if (device === 'auto' && devices === 1) return undefined;
  return problem('no GPU that PyTorch can use', {
    got: found.cuda === null ? `PyTorch ${torch}, built without CUDA` : (found.noGpu ?? 'none'),
    fix:
      found.cuda === null
        ? `Install a build of PyTorch with CUDA for ${executable}, or train with \`device: cpu\`.`
        : "Install NVIDIA's driver, or train with `device: cpu`.",
  });
}

/**
 * @param devices GPUs that another run of the same study is to be trained on
 * @throws AssayError (exit code system) when it cannot train
 */
export async function requireTorch(
  engine: Omit<TorchEngine, 'target'>,
  devices = 1,
): Promise<TorchFound & { torch: string; gpus: Gpu[] }> {
  const found = await findTorch(pythonOf(engine));
  const lacking = torchProblem(found, engine.device, Math.max(devices, engine.devices ?? 1));
  if (lacking !== undefined) throw lacking;
  return found as TorchFound & { torch: string; gpus: Gpu[] };
}

function problem(what: string, details: ErrorDetails): AssayError {
  return new AssayError('engine torch', what, { ...details, exitCode: ExitCode.system });
}

/** Of versions such as `2.10.0+cu128`, by their first two numbers. */
function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number.parseFloat);
  const [leastMajor = 0, leastMinor = 0] = oldest.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
