/**
 * Names for work that is not finished: `<path>.<host>-<pid>-<started>-<n>.tmp`, beside the place that it will be moved
 * to. The name tells whose it is, so that what a killed process left can be removed and what a living one writes cannot.
 */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isGone, thisProcess } from './processes.js';

let made = 0;

/** A name of its own at each call, for a file or folder. Removes what killed processes left of the same `path`. */
export function temporaryFor(path: string): string {
  removeAbandoned(dirname(path), `${basename(path)}.`);
  const { pid, started } = thisProcess();
  return `${path}.${hostKey()}-${pid}-${started}-${++made}.tmp`;
}

/** Removes temporary files and folders of processes that are gone from `folder`. What cannot be removed is left. */
export function removeAbandoned(folder: string, prefix = ''): void {
  for (const name of entries(folder)) {
    const [, host, pid, started] = /\.([0-9a-f]{8})-(\d+)-(\d*)-\d+\.tmp$/.exec(name) ?? [];
    if (!name.startsWith(prefix) || host !== hostKey()) continue;
    if (!isGone({ pid: Number(pid), host: hostname(), started: started! })) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {}
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function hostKey(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}
