/** PyTorch's processes for a task: eager and compiled, on the Python that `ASSAY_PYTHON` names (default: python3). */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Peer, startPeer } from './protocol.js';

const python = process.env.ASSAY_PYTHON ?? 'python3';
const script = join(import.meta.dirname, 'pytorch', 'step.py');

/** @returns why PyTorch cannot be measured here, or undefined */
export async function pytorchMissing(): Promise<string | undefined> {
  const check = 'import torch; assert int(torch.__version__.split(".")[0]) >= 2, torch.__version__';
  try {
    await promisify(execFile)(python, ['-c', check]);
    return undefined;
  } catch (cause) {
    const lines = String((cause as { stderr?: string }).stderr || cause)
      .trim()
      .split('\n');
    return `${python}: ${lines.at(-1)}`;
  }
}

export const startPyTorch = (folder: string, mode: 'eager' | 'compiled'): Promise<Peer> =>
  startPeer(python, [script, folder, mode]);
