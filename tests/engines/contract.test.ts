/** Both engines keep the contract of a run folder. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { readRunResult, trainRun } from '../../src/train/index.js';
import { workerOf } from '../executor/study-process.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { command, misbehaving } from './commands.js';
import { engineContract, proxy } from './contract.js';

describe('the embedded engine', () => {
  engineContract({
    name: 'onnx',
    study: { proxy },
    failing: { proxy: { ...proxy, learningRate: 1e30 } },
    async malformed(_root, whole) {
      const path = join(whole, 'metrics.jsonl');
      const lines = readFileSync(path, 'utf8').split('\n');
      // Damaged on the disk, since this engine does not write such a line; as long as before.
      writeFileSync(path, lines.with(4, 'x'.repeat(lines[4]!.length)).join('\n'));
      return readRunResult(whole).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    },
    victims: ({ child }, folder) => [child.pid!, workerOf(folder)].filter((pid) => pid !== undefined),
  });
});

describe('the command engine', () => {
  engineContract({
    name: 'command',
    study: { proxy, engine: command('--import', './slow.mjs', '../../../examples/trainer/trainer.mjs') },
    failing: { proxy, engine: misbehaving('fails') },
    async malformed(root) {
      const study = { proxy, engine: misbehaving('text') };
      const [folder] = await prepareSmallStudy(join(root, 'malformed'), study);
      await trainRun(folder!);
      return (await readRunResult(folder!))!.failure ?? 'accepted';
    },
    victims: ({ child }, folder) => [
      ...[child.pid!, workerOf(folder)].filter((pid) => pid !== undefined),
      ...trainersOf(folder),
    ],
  });
});

/** The trainer's process group, its leader first. */
function trainersOf(folder: string): number[] {
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
