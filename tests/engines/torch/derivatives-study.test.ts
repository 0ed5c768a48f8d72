/** `assay rate` with `engine: torch`: the terms of the bound are those of the embedded engine, and no process stays behind. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { RateReport } from '../../../src/records.js';
import { assay, folderWith, startAssay } from '../../cli/assay.js';
import { rateStudy } from '../../cli/rate-study.js';
import { until } from '../../executor/study-process.js';
import { describeTorch } from './worker.js';

// Each start of a process imports PyTorch: seconds, and far more on a machine with other work.
vi.setConfig({ testTimeout: 1_200_000 });

const folderOf = (engine: string): string => folderWith(rateStudy(`engine: ${engine}\n`));

describeTorch('assay rate with engine: torch', () => {
  const [embedded, torch] = [folderOf('onnx'), folderOf('{ torch: { device: cpu, stack: 8 } }')];
  afterAll(() => {
    for (const folder of [embedded, torch]) rmSync(folder, { recursive: true });
  });
  const measuring = (): number | undefined => {
    const lines = execFileSync('ps', ['-e', '-o', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
    const line = lines.find((l) => l.includes('measure.py') && l.includes(torch) && !/^\s*\d+ Z/.test(l));
    return line === undefined ? undefined : Number.parseInt(line, 10);
  };

  test.each(['SIGTERM', 'SIGKILL'] as const)('leaves no process behind after %s', async (signal) => {
    const child = startAssay(torch, 'rate', 'study.yaml', '--quiet');
    await until(() => measuring() ?? (child.exitCode === null ? undefined : -1));
    expect(child.exitCode).toBe(null);
    child.kill(signal);
    await until(() => child.exitCode ?? child.signalCode ?? undefined);
    await until(() => (measuring() === undefined ? true : undefined));
    expect(existsSync(join(torch, 'results/rate/rate.json'))).toBe(false);
  });

  test('gives the same terms of the bound', () => {
    const [expected, found] = [embedded, torch].map((folder) => {
      const { stdout, stderr } = assay(folder, 'rate', 'study.yaml', '--json', '--quiet');
      expect(stderr).toBe('');
      return JSON.parse(stdout) as RateReport;
    }) as [RateReport, RateReport];
    const near = (got: number, value: number, what: string) =>
      expect(Math.abs(got / value - 1), `${what}: ${got} and ${value}`).toBeLessThan(1e-2);
    expect(found.sweep.tuned).toBe(expected.sweep.tuned);
    for (const kind of ['sgd', 'adam'] as const) {
      const [ours, theirs] = [expected[kind]!.terms, found[kind]!.terms];
      near(theirs.lambdaMax, ours.lambdaMax, `${kind}: top eigenvalue`);
      for (const [i, recipe] of ours.recipes.entries()) {
        const got = theirs.recipes[i]!;
        near(got.alignment, recipe.alignment, `${kind}, ${recipe.recipe}: alignment`);
        near(got.gradientSquared, recipe.gradientSquared, `${kind}, ${recipe.recipe}: squared gradient`);
        near(got.covarianceTrace, recipe.covarianceTrace, `${kind}, ${recipe.recipe}: covariance trace`);
      }
    }
    for (const [i, { learningRate, share }] of expected.rounding.points.entries()) {
      const point = found.rounding.points[i]!;
      expect(Math.abs(point.share - share), `rounded away at ${learningRate}`).toBeLessThan(0.02);
    }
    near(found.choice.learningRate, expected.choice.learningRate, 'chosen rate');
  });
});
