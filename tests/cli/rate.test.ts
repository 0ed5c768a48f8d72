/** `assay rate` and `learningRate: tiny`, from text to a rate that stays. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RateReport } from '../../src/records.js';
import { assay, folderWith, type Outcome, startAssay } from './assay.js';
import { rateStudy } from './rate-study.js';

let folder = '';
let first: Outcome;
beforeAll(() => {
  folder = folderWith(rateStudy());
  first = assay(folder, 'rate', 'study.yaml', '--json', '--quiet');
}, 120_000);

describe('assay rate', () => {
  test('measures every term, explains its choice and draws it', () => {
    expect(first.stderr).toBe('');
    const report = JSON.parse(first.stdout) as RateReport;
    const { choice, sgd, adam, sweep, unigram, warmup, rounding } = report;
    expect(choice.tuned).toBe(sweep.tuned);
    expect(choice.learningRate).toBeLessThanOrEqual(sweep.tuned);
    expect(choice.reach).toBeCloseTo(choice.learningRate * report.reachPerRate, 10);
    for (const bound of [sgd, adam!]) {
      expect(bound.pairs).toHaveLength(3);
      expect(bound.terms.lambdaMax).toBeGreaterThan(0);
      expect(bound.terms.lambdaError).toBeLessThan(0.01);
      // Words alone and sums alone pull in different directions; the mixture lies between them.
      const [low, middle, high] = bound.terms.recipes.map(({ alignment }) => alignment).sort((a, b) => a - b);
      expect(low).toBeLessThan(middle!);
      expect(middle).toBeLessThan(high!);
    }
    expect(unigram.objective).toBeGreaterThan(2);
    expect(unigram.objective).toBeLessThan(Math.log(257));
    expect(warmup).toMatchObject({ data: 'equal shares', learningRate: sweep.tuned });
    expect(rounding.points.some(({ learningRate }) => learningRate === choice.learningRate)).toBe(true);
    const figure = readFileSync(join(folder, 'results/rate/rate.svg'), 'utf8');
    expect(figure).toContain('tuned');
    expect(figure).not.toMatch(/NaN|var\(/);
  });

  test('does nothing twice, and prints the same for people', () => {
    const before = JSON.parse(first.stdout) as RateReport;
    const again = assay(folder, 'rate', 'study.yaml', '--quiet');
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain(`Terms of Eq. (58) after ${before.warmup.steps} steps`);
    expect(JSON.parse(readFileSync(join(folder, 'results/rate/rate.json'), 'utf8')).seconds).toBe(
      before.seconds,
    );
  });

  test('takes the terms of each recipe at a point of its own when asked to', () => {
    const { stdout, exitCode } = assay(folder, 'rate', 'study.yaml', '--per-recipe', '--json', '--quiet');
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as RateReport;
    expect(report.warmup.data).toBe('each recipe');
    expect(report.sgd.pairs).toHaveLength(3);
    // What was chosen first stays.
    expect(report.choice).toEqual((JSON.parse(first.stdout) as RateReport).choice);
  }, 60_000);
});

test('a killed assay rate goes on, and ends with the same numbers', async () => {
  const killed = folderWith(rateStudy());
  const child = startAssay(killed, 'rate', 'study.yaml', '--quiet');
  const runs = join(killed, 'results/rate/runs');
  const ended = () =>
    existsSync(runs) ? readdirSync(runs).filter((run) => existsSync(join(runs, run, 'done.json'))).length : 0;
  while (child.exitCode === null && ended() < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  expect(existsSync(join(killed, 'results/rate/rate.json'))).toBe(false);
  const again = assay(killed, 'rate', 'study.yaml', '--json', '--quiet');
  const numbers = ({ stdout }: Outcome): unknown => ({ ...JSON.parse(stdout), seconds: 0 });
  expect(numbers(again)).toEqual(numbers(first));
}, 90_000);

test('assay run trains at the rate that was chosen', () => {
  const { stdout, exitCode } = assay(folder, 'run', 'study.yaml', '--json', '--quiet');
  expect(exitCode).toBe(0);
  const { learningRate } = JSON.parse(stdout).proxy;
  expect(learningRate).toBe((JSON.parse(first.stdout) as RateReport).choice.learningRate);
}, 60_000);

test('a report without a chosen rate says how to choose one', () => {
  const fresh = folderWith(rateStudy());
  const { stderr, exitCode } = assay(fresh, 'report', 'study.yaml', '--quiet');
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('its tiny learning rate has not been chosen yet');
  expect(existsSync(join(fresh, 'results/rate'))).toBe(false);
});
