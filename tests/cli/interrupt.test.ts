/** Ctrl-C, which a terminal sends to the command and its workers alike. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { assay, folderWith, main } from './assay.js';

const study = `
study: interrupted
tokenizer: bytes
sources:
  cats: { path: cats.jsonl }
  dogs: { path: dogs.jsonl }
recipes:
  even: { cats: 0.5, dogs: 0.5 }
  dogs: { dogs: 1 }
validate:
  dogs: { holdout: 10 %, of: dogs }
proxy:
  model: { layers: 1, width: 16, heads: 2 }
  learningRate: 1e-3
  tokens: 120k
  batch: 4
  context: 32
  seeds: 1
# Only a stop writes a checkpoint in time.
run: { output: results, checkpointSeconds: 1000 }
`;
const rows = (animal: string) =>
  Array.from({ length: 500 }, (_, i) =>
    JSON.stringify({ text: `The ${animal} number ${i} went to town and came back. `.repeat(8) }),
  ).join('\n');

function newStudy(): string {
  return folderWith({ 'study.yaml': study, 'cats.jsonl': rows('cat'), 'dogs.jsonl': rows('dog') });
}

const runsOf = (folder: string) => {
  const runs = join(folder, 'results', 'runs');
  return existsSync(runs)
    ? readdirSync(runs)
        .filter((name) => !name.startsWith('.'))
        .map((name) => join(runs, name))
    : [];
};
const weights = (folder: string) =>
  runsOf(folder).map((run) =>
    createHash('sha256')
      .update(readFileSync(join(run, 'checkpoint.safetensors')))
      .digest('hex'),
  );

test('Ctrl-C makes the workers write a checkpoint before they end, and the same command ends with the same bits', async () => {
  const whole = newStudy();
  expect(assay(whole, 'run', 'study.yaml', '--quiet').exitCode).toBe(0);

  const folder = newStudy();
  // Detached: a process group of its own, to which the signal goes as a whole.
  const command = spawn(process.execPath, [main, 'run', 'study.yaml', '--json'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  command.stdout.on('data', (text) => (stdout += text));
  command.stderr.on('data', (text) => (stderr += text));
  const ended = new Promise((resolve) => command.on('close', resolve));
  // Under way, not merely opened: a worker takes Ctrl-C for itself only while it is still starting.
  const trained = (run: string) =>
    existsSync(join(run, 'metrics.jsonl')) &&
    readFileSync(join(run, 'metrics.jsonl'), 'utf8').includes('"step",');
  while (!runsOf(folder).some(trained) && command.exitCode === null) await sleep(5);
  process.kill(-command.pid!, 'SIGINT');
  expect(await ended).toBe(130);
  expect(runsOf(folder).filter((run) => existsSync(join(run, 'checkpoint.safetensors')))).not.toEqual([]);
  expect(runsOf(folder).filter((run) => existsSync(join(run, 'done.json')))).toEqual([]);
  expect(JSON.parse(stdout).error.exitCode).toBe(130);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr).toContain('Run the same command again');

  expect(assay(folder, 'run', 'study.yaml', '--quiet').exitCode).toBe(0);
  expect(weights(folder)).toEqual(weights(whole));
});
