/** Which process made something, and whether that process is still there. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Start time of the process where the system tells (Linux), so that a reused process id is told apart. */
  started: string;
}

let own: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  own ??= processIdentity(process.pid);
  return own;
}

/** Of a living process of this machine. */
export function processIdentity(pid: number): ProcessIdentity {
  return { pid, host: hostname(), started: startTime(pid) };
}

/** True when the process has surely ended; a process of another host is never known to have. */
export function isGone({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return startTime(pid) !== started;
}

/**
 * Field 22 of /proc/<pid>/stat, empty where there is none. A process that ended but was not collected yet (state Z)
 * has no start time that a living one could have.
 */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, second field, may hold spaces and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? 'ended' : (fields[18] ?? '');
  } catch {
    return '';
  }
}
