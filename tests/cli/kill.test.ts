/** SIGKILL at any moment, the command and its workers alike: the same command ends with the same bits. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { assay, folderWith, startAssay } from './assay.js';

const moments = 20;

const study = `
study: killed
tokenizer: { bpe: 300 }
sources:
  cats: { path: cats.jsonl }
  dogs: { path: dogs.jsonl }
recipes:
  even: { cats: 0.5, dogs: 0.5 }
  dogs: { dogs: 1 }
validate:
  cats: { holdout: 10 %, of: cats }
  dogs: { holdout: 10 %, of: dogs }
proxy:
  model: { layers: 1, width: 32, heads: 2 }
  learningRate: 3e-3
  tokens: 90k
  batch: 8
  context: 32
  seeds: 1
  evaluateEvery: 40
run: { output: results, checkpointSeconds: 0 }
`;

function rows(animal: string, random: Random): string {
  const verbs = ['chased', 'saw', 'heard', 'liked', 'missed', 'followed'];
  const things = ['the ball', 'a bird', 'the rain', 'its tail', 'a letter', 'the moon'];
  return Array.from({ length: 1800 }, () => {
    const sentences = Array.from(
      { length: 8 },
      () => `The ${animal} ${verbs[random.below(6)]} ${things[random.below(6)]}.`,
    );
    return JSON.stringify({ text: sentences.join(' ') });
  }).join('\n');
}

function newStudy(): string {
  const random = Random.fromSeed(7);
  return folderWith({
    'study.yaml': study,
    'cats.jsonl': rows('cat', random),
    'dogs.jsonl': rows('dog', random),
  });
}

/** What must not depend on kills: the weights' hash, and every loss of every run. */
function results(folder: string): Record<string, unknown> {
  const runs = join(folder, 'results', 'runs');
  return Object.fromEntries(
    readdirSync(runs)
      .filter((name) => !name.startsWith('.'))
      .map((name) => {
        const bytes = (file: string) => readFileSync(join(runs, name, file));
        const hash = (file: string) => createHash('sha256').update(bytes(file)).digest('hex');
        return [
          name,
          {
            checkpoint: hash('checkpoint.safetensors'),
            documents: hash('documents.parquet'),
            metrics: bytes('metrics.jsonl').toString(),
          },
        ];
      }),
  );
}

/** The command's process and those that it started. */
function family(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const children = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
  return [pid, ...children];
}

describe('a study killed at random moments', () => {
  let expected: Record<string, unknown>;
  let milliseconds: number;

  beforeAll(() => {
    const folder = newStudy();
    const started = performance.now();
    expect(assay(folder, 'run', 'study.yaml', '--quiet')).toMatchObject({ exitCode: 0, stderr: '' });
    milliseconds = performance.now() - started;
    expected = results(folder);
    expect(Object.keys(expected)).toHaveLength(2);
    rmSync(folder, { recursive: true });
  });

  const random = Random.fromSeed('moments');
  /** Kills that met a living command. */
  let struck = 0;

  test.each(Array.from({ length: moments }, (_, i) => i))(
    'ends with the same bits after kill %i',
    async (i) => {
      const folder = newStudy();
      const command = startAssay(folder, 'run', 'study.yaml', '--quiet');
      const exited = new Promise((resolve) => command.once('exit', resolve));
      await sleep(((i + random.uniform()) / moments) * milliseconds);
      const [parent, ...workers] = family(command.pid!);
      // In turn: the command alone, one worker alone (before there is one, the command), everything at once.
      const lonely = workers.length > 0 ? workers.slice(0, 1) : [parent!];
      const victims = i % 3 === 0 ? [parent!] : i % 3 === 1 ? lonely : [parent!, ...workers];
      if (command.exitCode === null) struck++;
      for (const pid of victims) kill(pid);
      // A command that lost a worker only goes on by itself.
      await exited;
      expect(assay(folder, 'run', 'study.yaml', '--quiet')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(results(folder)).toEqual(expected);
      rmSync(folder, { recursive: true });
    },
  );

  test('and most of these kills met a running study', () => {
    expect(struck).toBeGreaterThan(moments / 2);
  });
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself first.
  }
}
