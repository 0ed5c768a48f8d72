/** Watches a process at work from outside: how much memory it holds, and whether it gets on. */
import { readFileSync } from 'node:fs';

export interface WatchLimits {
  /** Resident memory. */
  bytes: number;
  /** CPU time spent on one request without reading on: native code that goes round in a circle. */
  idleCpuSeconds: number;
  /** Time in which a request neither reads nor is answered: a disk or server that hangs. */
  idleSeconds: number;
}

export const usualLimits: WatchLimits = { bytes: 800 * 2 ** 20, idleCpuSeconds: 4, idleSeconds: 120 };

const lookEveryMs = 50;
/** Linux counts CPU time in hundredths of a second. */
const ticksPerSecond = 100;

/** What went over a limit. */
export type Trespass = { kind: 'memory'; bytes: number } | { kind: 'time'; seconds: number };

/**
 * Where the system does not tell about processes (no `/proc`), only `idleSeconds` is watched.
 * @param onTrespass called at most once
 * @returns ends the watch
 */
export function watch(
  pid: number,
  limits: WatchLimits,
  onTrespass: (trespass: Trespass) => void,
): () => void {
  let last = look(pid);
  let since = performance.now();
  const timer = setInterval(() => {
    const now = look(pid);
    const seconds = (performance.now() - since) / 1000;
    const cpuSeconds = now && last ? now.cpuSeconds - last.cpuSeconds : 0;
    let trespass: Trespass | undefined;
    if (now !== undefined && now.bytes > limits.bytes) trespass = { kind: 'memory', bytes: now.bytes };
    else if (now !== undefined && now.bytesRead !== last?.bytesRead) [last, since] = [now, performance.now()];
    else if (cpuSeconds > limits.idleCpuSeconds) trespass = { kind: 'time', seconds: cpuSeconds };
    else if (seconds > limits.idleSeconds) trespass = { kind: 'time', seconds };
    if (trespass === undefined) return;
    clearInterval(timer);
    onTrespass(trespass);
  }, lookEveryMs);
  return () => clearInterval(timer);
}

interface Look {
  bytes: number;
  cpuSeconds: number;
  bytesRead: number;
}

function look(pid: number): Look | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const io = readFileSync(`/proc/${pid}/io`, 'latin1');
    // Fields 14 and 15 (user and system time) counted from behind the name, which may hold spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return {
      bytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024,
      bytesRead: Number(/^rchar: (\d+)/.exec(io)?.[1] ?? 0),
      cpuSeconds: (Number(stat[11]) + Number(stat[12])) / ticksPerSecond,
    };
  } catch {
    return undefined;
  }
}
