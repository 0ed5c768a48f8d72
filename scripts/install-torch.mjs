/**
 * Gives the tests a Python with PyTorch 2: `node scripts/install-torch.mjs [folder]` prints its path.
 *
 * It is what ASSAY_PYTHON names where that has PyTorch; else a virtual environment is made in the folder (default:
 * `node_modules/.cache/torch`), once. Where none can be had, the reason goes to stderr and the exit code is 1.
 *
 * On Linux with x86-64, PyPI has PyTorch with CUDA only: 5.4 GB. Without what no CPU needs and the loader does not ask for
 * (Triton, cuSOLVER, bindings) it is 4.0 GB, in half the time; docs/gpu.md has the figures.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A download that hangs must not hold the tests up. */
const installMinutes = 15;

const torch = ['torch==2.15.0'];
/** What `import torch` imports. */
const modules = [
  'filelock',
  'fsspec',
  'jinja2',
  'markupsafe',
  'mpmath',
  'networkx',
  'sympy',
  'typing-extensions',
];
/** What the loader asks for, of the versions that this PyTorch is built with. */
const libraries = [
  'nvidia-cublas==13.4.1.3',
  'nvidia-cuda-cupti==13.2.86',
  'nvidia-cuda-nvrtc==13.2.86',
  'nvidia-cuda-runtime==13.2.86',
  'nvidia-cudnn-cu13==9.26.0.51',
  'nvidia-cufft==12.2.0.57',
  'nvidia-cufile==1.17.1.22',
  'nvidia-cusparse==12.7.10.12',
  'nvidia-cusparselt-cu13==0.8.1',
  'nvidia-nccl-cu13==2.30.7',
  'nvidia-nvjitlink==13.5.37',
  'nvidia-nvshmem-cu13==3.7.2',
];
const packages =
  process.platform === 'linux' && process.arch === 'x64'
    ? ['--no-deps', ...torch, ...modules, ...libraries]
    : torch;

/** PyTorch's version, or undefined. */
function torchOf(python) {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync(python, ['-I', '-c', 'import torch; print(torch.__version__)'], options).trim();
  } catch {
    return undefined;
  }
}

function install(folder) {
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const mark = join(folder, 'installed.txt');
  const asked = packages.join('\n');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === asked) return python;
  rmSync(folder, { recursive: true, force: true });
  // What they say goes to stderr: stdout is for the path.
  const options = { stdio: ['ignore', 2, 2], timeout: installMinutes * 60_000 };
  execFileSync('python3', ['-m', 'venv', folder], options);
  const quietly = ['--quiet', '--no-cache-dir', '--no-compile', '--disable-pip-version-check'];
  execFileSync(python, ['-m', 'pip', 'install', ...quietly, ...packages], options);
  const version = torchOf(python);
  if (version === undefined) throw new Error('what was installed cannot be imported');
  writeFileSync(mark, asked);
  return python;
}

const folder = resolve(process.argv[2] ?? 'node_modules/.cache/torch');
const named = process.env.ASSAY_PYTHON;
if (named !== undefined && Number.parseInt(torchOf(named) ?? '0', 10) >= 2) console.log(named);
else {
  try {
    console.log(install(folder));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    console.error(`PyTorch cannot be had, so its tests are skipped: ${error.message.split('\n')[0]}`);
    process.exitCode = 1;
  }
}
