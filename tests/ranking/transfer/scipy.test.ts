/** The analysis of a study with ties against SciPy and NumPy (scripts/transfer-scipy.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { analyseTransfer, type Metric } from '../../../src/ranking/index.js';
import { agreementInterval, agreementScales } from '../../../src/stats/index.js';
import { runsOf } from './runs.js';

type Compared = { spearman: number; kendall: number; pairwise: number; regret: number[] };
const { rows, expected } = JSON.parse(
  readFileSync(new URL('fixtures/transfer.json', import.meta.url), 'utf8'),
) as {
  rows: [string, string, number, number, string, number, string, number][];
  expected: {
    tuned: Record<string, { rate: number; batch: number }>;
    transfer: Record<string, Compared>[];
    heatMap: number[][];
    interval: { estimate: number; draws: number[]; percentile: [number, number]; basic: [number, number] };
  };
};
const metrics: Metric[] = [
  { name: 'wiki', better: 'lower', weight: 3 },
  { name: 'code', better: 'lower', weight: 1 },
  { name: 'arc_easy_acc', better: 'higher', weight: 1 },
];
const trained = runsOf(
  rows.map(([recipe, model, learningRate, batch, seed, step, metric, value]) => ({
    ...{ recipe, model, seed, metric, hyperparameters: { learningRate, batch } },
    ...{ steps: [step], values: [value] },
  })),
  metrics,
);
const analysis = analyseTransfer(trained, {
  ...{ proxy: 'small', target: 'large', draws: 200, random: Random.fromSeed(1) },
});

describe('equal to SciPy on a study with ties', () => {
  test('the tuned setting of each recipe', () => {
    const tuned = analysis.tuned.map(({ recipe, hyperparameters }) => [recipe, hyperparameters]);
    const wanted = Object.entries(expected.tuned).map(([recipe, { rate, batch }]) => [
      recipe,
      { learningRate: rate, batch },
    ]);
    expect(Object.fromEntries(tuned)).toEqual(Object.fromEntries(wanted));
  });

  test.each(analysis.objectives.map(({ name }) => name))('agreement and regret by %s', (name) => {
    expect(analysis.settings).toHaveLength(expected.transfer.length);
    for (const [i, { transfer }] of analysis.settings.entries()) {
      const { spearman, kendall, pairwise, regret } = transfer[name]!;
      const wanted = expected.transfer[i]![name]!;
      expect(spearman.value).toBeCloseTo(wanted.spearman, 10);
      expect(kendall.value).toBeCloseTo(wanted.kendall, 10);
      expect(pairwise.value).toBeCloseTo(wanted.pairwise, 10);
      expect(regret.map(({ k }) => k)).toEqual([1, 3, 5]);
      for (const [j, { lost }] of regret.entries()) expect(lost.value).toBeCloseTo(wanted.regret[j]!, 10);
    }
  });

  test('the heat map of rate against rate', () => {
    expect(analysis.heatMap.targetRates).toEqual([1e-4, 1e-3, 1e-2]);
    for (const [p, row] of expected.heatMap.entries())
      for (const [t, rho] of row.entries()) expect(analysis.heatMap.spearman[p]![t]).toBeCloseTo(rho, 10);
  });

  test('the interval holds the percentile and the basic interval, and no more', () => {
    const { estimate, draws, percentile, basic } = expected.interval;
    const { low, high } = agreementInterval(estimate, draws, 0.9, agreementScales.spearman);
    expect(low).toBeCloseTo(Math.min(percentile[0], basic[0]), 12);
    expect(high).toBeCloseTo(Math.min(1, Math.max(percentile[1], basic[1])), 12);
  });
});
