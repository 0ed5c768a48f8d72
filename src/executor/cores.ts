/**
 * Cores that this process may use: those that the system shows, and no more than the CPU quota of its control groups
 * allows. Node counts the cores of a container but does not see a quota, as with `docker run --cpus 2`.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** The text of a file, or undefined where it cannot be read. */
type Read = (path: string) => string | undefined;

/**
 * @param parallelism cores without a quota
 * @returns at least 1; a quota of 2.5 cores counts as 2
 */
export function availableCores(parallelism = availableParallelism(), read: Read = readText): number {
  const quotas = cgroups(read).flatMap((group) => quotaOf(group, read) ?? []);
  return Math.max(1, Math.floor(Math.min(parallelism, ...quotas)));
}

/** Folders of this process's groups and of all that hold them, in version 2 and in version 1. */
function cgroups(read: Read): string[] {
  const root = '/sys/fs/cgroup';
  // Inside a container the path is that of the host, or `/`; the container's own group is the root then.
  const folders = new Set([root, `${root}/cpu`, `${root}/cpu,cpuacct`]);
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = line.split(':');
    if (path === undefined || !/^$|\bcpu\b/.test(controllers!)) continue;
    for (let at = path; at.length > 1; at = dirname(at)) folders.add(join(root, controllers!, at));
  }
  return [...folders];
}

/** CPU seconds a second that a group may use; undefined without a limit. */
function quotaOf(group: string, read: Read): number | undefined {
  const [quota, period] =
    read(join(group, 'cpu.max'))?.trim().split(' ') ??
    ['quota', 'period'].map((name) => read(join(group, `cpu.cfs_${name}_us`)));
  const cores = Number(quota) / Number(period);
  return cores > 0 && Number.isFinite(cores) ? cores : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
