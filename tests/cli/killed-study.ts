/** A small study of any family for tests that kill it, and what must not depend on kills. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Random } from '../../src/random.js';
import { isGone, workerOf } from '../executor/study-process.js';
import { folderWith } from './assay.js';

const studyOf = (model: string): string => `
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
  model: ${model}
  learningRate: 3e-3
  tokens: 60k
  batch: 8
  context: 32
  seeds: 1
  evaluateEvery: 30
  alignmentEvery: 7
run: { output: results, checkpointSeconds: 0 }
`;

function rows(animal: string, random: Random): string {
  const verbs = ['chased', 'saw', 'heard', 'liked', 'missed', 'followed'];
  const things = ['the ball', 'a bird', 'the rain', 'its tail', 'a letter', 'the moon'];
  return Array.from({ length: 1200 }, () => {
    const sentences = Array.from(
      { length: 8 },
      () => `The ${animal} ${verbs[random.below(6)]} ${things[random.below(6)]}.`,
    );
    return JSON.stringify({ text: sentences.join(' ') });
  }).join('\n');
}

/**
 * A folder with `study.yaml` and its data: two runs, which the two recipes are.
 * @param model as in a study file
 */
export function newStudy(model: string): string {
  const random = Random.fromSeed(7);
  return folderWith({
    'study.yaml': studyOf(model),
    'cats.jsonl': rows('cat', random),
    'dogs.jsonl': rows('dog', random),
  });
}

/** Run folders, as soon as there are any. */
function runsOf(folder: string): string[] {
  const runs = join(folder, 'results', 'runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(runs, name));
}

/** A living worker trains one of the runs; a killed one leaves its lock behind. */
export const isTraining = (folder: string): boolean =>
  runsOf(folder)
    .map(workerOf)
    .some((pid) => pid !== undefined && !isGone(pid));

/** One of the runs has a checkpoint to go on from. */
export const isUnderWay = (folder: string): boolean =>
  runsOf(folder).some(
    (run) => existsSync(join(run, 'checkpoint.safetensors')) && !existsSync(join(run, 'done.json')),
  );

/** SHA-256 of the weights and document losses of every run, and all lines of its metrics. */
export function results(folder: string): Record<string, unknown> {
  return Object.fromEntries(
    runsOf(folder).map((run) => {
      const bytes = (file: string) => readFileSync(join(run, file));
      const hash = (file: string) => createHash('sha256').update(bytes(file)).digest('hex');
      return [
        basename(run),
        {
          checkpoint: hash('checkpoint.safetensors'),
          documents: hash('documents.parquet'),
          metrics: bytes('metrics.jsonl').toString(),
        },
      ];
    }),
  );
}

/** The processes that a process has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}
