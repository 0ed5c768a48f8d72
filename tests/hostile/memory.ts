/** The most memory that this process and the processes below it have had, from Linux's `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

/** Bytes: the sum of the peaks of all that live now. 0 where there is no `/proc`. */
export function peakBytes(pid: number | 'self' = 'self'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    return children(pid).reduce((sum, child) => sum + peakBytes(child), own);
  } catch {
    return 0;
  }
}

function children(pid: number | 'self'): number[] {
  const found: number[] = [];
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const list = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
    for (const child of list.split(' ')) if (child !== '') found.push(Number(child));
  }
  return found;
}
