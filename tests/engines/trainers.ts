/** The processes of a trainer that is another program. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those that train a run at this moment, the leader of their group first. */
export function trainersOf(folder: string): number[] {
  const path = join(folder, 'trainer.json');
  if (!existsSync(path)) return [];
  const { leader } = JSON.parse(readFileSync(path, 'utf8')) as { leader: { pid: number } };
  const table = execFileSync('ps', ['-e', '-o', 'pid=,pgid='], { encoding: 'utf8' });
  const members = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return members
    .filter(([, group]) => group === leader.pid)
    .map(([pid]) => pid!)
    .sort((a, b) => a - b);
}
