/** The PyTorch worker as a process of its own, and whether there is a Python that can run it. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import type { MetricLine } from '../../../src/records.js';

const python = process.env.ASSAY_PYTHON ?? 'python3';
const worker = fileURLToPath(new URL('../../../engines/torch/worker.py', import.meta.url));
const scripts = fileURLToPath(new URL('python', import.meta.url));

/** Why no worker can be started here; undefined when one can. */
const lacking = ((): string | undefined => {
  const question = 'import torch; assert tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 4)';
  const { error, status } = spawnSync(python, ['-I', '-c', question]);
  if (error !== undefined) return `no ${python}`;
  return status === 0 ? undefined : `${python} has no PyTorch 2.4 or later`;
})();

/** A suite that needs PyTorch; without one it is skipped, and its name says why. */
export function describeTorch(name: string, suite: () => void): void {
  if (lacking === undefined) describe(name, suite);
  else describe.skip(`${name} (skipped: ${lacking}; name one in ASSAY_PYTHON)`, suite);
}

/** Twelve trainings take half a minute of two free cores; where others use them too, ten times that. */
export const hookTimeout = 600_000;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

/** @param script of `python/`, in place of the worker itself */
export function startWorker(words: readonly string[], script?: string) {
  const program = script === undefined ? worker : join(scripts, script);
  const child = spawn(python, ['-I', '-B', program, ...words], { stdio: 'pipe' });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const end = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output, errors }));
  });
  return { child, end };
}

/**
 * Trains stacks of runs on the CPU, one stack after the other in one process.
 * @param stacks flags and folders of each; see `python/several.py`
 * @returns what the worker said
 * @throws Error with what it said, when one of them fails
 */
export async function train(stacks: readonly (readonly string[])[]): Promise<string> {
  const { codes, errors } = await tryToTrain(stacks);
  if (codes.every((code) => code === 0) && codes.length === stacks.length) return errors;
  throw new Error(`the worker ended with ${codes}: ${errors}`);
}

/** As `train`, with the exit code of each stack. */
export async function tryToTrain(
  stacks: readonly (readonly string[])[],
): Promise<{ codes: number[]; errors: string }> {
  const words = stacks.flatMap((line, i) => (i === 0 ? line : [',', ...line]));
  const { output, errors } = await startWorker(words, 'several.py').end;
  return { codes: output.split('\n').filter(Boolean).map(Number), errors };
}

/** Of a prepared run, beside it, so that its relative paths hold. */
export function copyOf(folder: string, name: string): string {
  const copy = join(dirname(folder), name);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

export function metricsOf(folder: string): MetricLine[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as MetricLine);
}

/** Every loss in `metrics.jsonl`, by what it is of. */
export function lossesOf(folder: string): Map<string, number> {
  return new Map(
    metricsOf(folder).flatMap((line): [string, number][] => {
      if (line.kind === 'step') return [[`step ${line.step}`, line.lossNats]];
      if (line.kind !== 'evaluation') return [];
      return Object.entries(line.domains).map(([name, { lossNats }]) => [
        `${name} after ${line.step}`,
        lossNats,
      ]);
    }),
  );
}

/** The largest difference between losses of two runs, which must be of the same steps and domains. */
export function largestDifference(a: string, b: string): number {
  const [left, right] = [lossesOf(a), lossesOf(b)];
  const names = [...left.keys()];
  if (names.join() !== [...right.keys()].join()) return Number.POSITIVE_INFINITY;
  return Math.max(...names.map((name) => Math.abs(left.get(name)! - right.get(name)!)));
}

/** What a script of `python/` answers: JSON in, JSON out. @throws Error with what it said, when it fails */
export async function ask(script: string, question: unknown): Promise<unknown> {
  const { child, end } = startWorker([], script);
  child.stdin.end(JSON.stringify(question));
  const { code, output, errors } = await end;
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${errors}`);
  return JSON.parse(output);
}
