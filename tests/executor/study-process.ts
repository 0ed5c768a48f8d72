/** A study as a process of its own that tests can kill, and the bits that it leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFile, readJournal } from '../../src/store/index.js';

export interface StudyProcess {
  child: ChildProcess;
  /** Exit code, signal, and what it wrote to stderr. */
  end: Promise<{ code: number | null; signal: NodeJS.Signals | null; errors: string }>;
}

/** The same command each time: two workers, a checkpoint about every 50 ms. */
export function startStudy(folders: string[], workers = 2): StudyProcess {
  const script = fileURLToPath(new URL('fixtures/run-study.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '0.05', `${workers}`, ...folders], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const end = new Promise<Awaited<StudyProcess['end']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, errors }));
  });
  return { child, end };
}

/** All that must be equal, bit for bit, however often a run was interrupted. */
export async function bitsOf(folder: string): Promise<{ hashes: Record<string, string>; lines: unknown[] }> {
  const files = ['checkpoint.safetensors', 'documents.parquet', 'metrics.jsonl'];
  const hashes = await Promise.all(
    files.map(async (file) => [file, await hashFile(join(folder, file))] as const),
  );
  return { hashes: Object.fromEntries(hashes), lines: readJournal(join(folder, 'metrics.jsonl')) };
}

/** The process that trains a run at this moment. */
export function workerOf(folder: string): number | undefined {
  const lock = join(folder, 'run.lock');
  if (!existsSync(lock)) return undefined;
  try {
    return (JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid;
  } catch {
    return undefined;
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** Ended, even if nobody has collected it yet. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return existsSync(stat) && readFileSync(stat, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

/** Waits until `ready` gives a value, looking every few milliseconds. */
export async function until<T>(ready: () => T | undefined): Promise<T> {
  for (;;) {
    const value = ready();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
