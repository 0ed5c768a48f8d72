/**
 * One process at a time on a run folder.
 *
 * The lock is a file that names its holder. It appears whole (a hard link to a finished file), and a holder that
 * is gone loses it: its process id is free, or belongs to a process that started at another time.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError, ExitCode } from '../errors.js';
import {
  isGone,
  type ProcessIdentity,
  readingSync,
  temporaryFor,
  thisProcess,
  writingSync,
} from '../store/index.js';
import { runFiles } from './folder.js';

interface Holder extends ProcessIdentity {
  /** Tells apart two locks of one process. */
  token: string;
}

const pollMilliseconds = 100;

/**
 * Takes the lock of `folder`, waiting for a live holder: a process that is about to stop needs a moment.
 * @param waitSeconds how long to wait before giving up
 * @param signal ends the wait
 * @returns a function that gives the lock back
 * @throws AssayError (exit code system) when another process still holds it, or the folder cannot be written
 */
export async function lockFolder(
  folder: string,
  waitSeconds: number,
  signal?: AbortSignal,
): Promise<() => void> {
  const path = join(folder, runFiles.lock);
  const mine: Holder = { ...thisProcess(), token: randomUUID() };
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    if (writingSync(path, () => tryTake(path, mine))) return () => release(path, mine);
    const holder = readingSync(path, () => readHolder(path));
    if (holder === undefined) continue;
    if (isGone(holder)) removeStale(path, holder);
    else if (performance.now() > deadline || signal?.aborted) {
      throw new AssayError(folder, 'another process is training this run', {
        got: `process ${holder.pid} on ${holder.host}`,
        fix: 'Wait for it or stop it, then run the same command again.',
        exitCode: ExitCode.system,
      });
    } else await sleep(pollMilliseconds);
  }
}

function tryTake(path: string, mine: Holder): boolean {
  const temporary = temporaryFor(path);
  try {
    writeFileSync(temporary, JSON.stringify(mine));
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function release(path: string, mine: Holder): void {
  if (readHolder(path)?.token === mine.token) rmSync(path, { force: true });
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // A lock that no process wrote whole, as after a crash of the machine.
    if (error instanceof SyntaxError) return { pid: 0, host: hostname(), started: '', token: '' };
    throw error;
  }
}

/** Moves the lock aside first: only one of several processes that saw it stale gets to do so. */
function removeStale(path: string, seen: Holder): void {
  const aside = temporaryFor(path);
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Somebody was faster and the lock is a new one: hand it back.
  if (readHolder(aside)?.token !== seen.token) {
    try {
      linkSync(aside, path);
    } catch {}
  }
  rmSync(aside, { force: true });
}
