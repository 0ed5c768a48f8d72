/** From what was measured to one rate: the sweep, the lower end, the rule, and what stays. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  chooseRate,
  freezeRate,
  reachAtLoss,
  readFrozenRate,
  startingRates,
  sweepRates,
} from '../../src/rate/index.js';
import type { RateTrial } from '../../src/records.js';
import { smallProxy } from '../train/small-study.js';

const trial = (
  learningRate: number,
  steps: number,
  lossNats: number | null,
  points: RateTrial['points'] = [],
) => ({
  learningRate,
  steps,
  lossNats,
  points,
});

describe('the sweep', () => {
  /** A loss with its minimum at `best`; short runs like rates that are ten times as large; above 0.5 runs fail. */
  const trainer = (best: number, seen: string[]) => async (rates: readonly number[], steps: number) =>
    rates.map((rate) => {
      seen.push(`${rate}/${steps}`);
      const middle = Math.log10(steps < 100 ? 10 * best : best);
      return trial(rate, steps, rate > 0.5 ? null : (Math.log10(rate) - middle) ** 2);
    });

  test('starts around the usual rate of GPT-2 small, and higher for narrow models', () => {
    expect(startingRates(768)).toEqual([1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3]);
    expect(startingRates(8)).toEqual([3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]);
  });

  test('follows the best rate down from what short runs like, and trains a tenth of it long', async () => {
    const seen: string[] = [];
    const options = { shortSteps: 50, longSteps: 200 };
    const { tuned, atEdge } = await sweepRates(startingRates(32), trainer(3e-3, seen), options);
    expect(tuned).toBe(3e-3);
    expect(atEdge).toBe(false);
    expect(seen.filter((run) => run.endsWith('/200'))).toEqual([
      '0.01/200',
      '0.03/200',
      '0.1/200',
      '0.003/200',
      '0.001/200',
      '0.0003/200',
    ]);
  });

  test('says when the best lies at the edge after two extensions', async () => {
    const { tuned, atEdge } = await sweepRates([1e-3, 3e-3], trainer(1e-7, []), {
      shortSteps: 100,
      longSteps: 200,
    });
    expect(atEdge).toBe(true);
    expect(tuned).toBeLessThan(1e-4);
  });

  test('has no answer when every run fails', async () => {
    const { tuned } = await sweepRates([1, 3], trainer(1e-3, []), { shortSteps: 50, longSteps: 200 });
    expect(tuned).toBeNaN();
  });
});

test('the reach at a loss is read from the slowest run that comes down to it', () => {
  const points = (...at: [number, number][]) =>
    at.map(([reach, lossNats], step) => ({ step, reach, lossNats }));
  const trials = [
    trial(1e-2, 100, 4, points([0, 7], [1, 5], [2, 4])),
    trial(1e-3, 100, 5.5, points([0, 7], [0.1, 6.5], [0.2, 5.5])),
    trial(1e-4, 100, 6.8, points([0, 7], [0.01, 6.9], [0.02, 6.8])),
  ];
  expect(reachAtLoss(trials, 6)).toBeCloseTo(0.15, 10);
  expect(reachAtLoss(trials, 4.5)).toBeCloseTo(1.5, 10);
  expect(reachAtLoss(trials, 3)).toBeUndefined();
});

describe('the rule', () => {
  const base = { tuned: 1e-2, bound: {}, lower: 1e-4, floor: 1e-8, reachPerRate: 500 };
  const keeping = (bound: number) => ({ keeping: { share: 0.8, bound } });

  test('takes a tenth of the tuned rate where nothing speaks against it', () => {
    const choice = chooseRate({ ...base, bound: keeping(5e-3) });
    expect(choice).toMatchObject({ learningRate: 1e-3, reach: 0.5, high: 5e-3 });
    expect(choice.low).toBeCloseTo(3e-4, 12);
    expect(choice.reasons).toHaveLength(1);
  });

  test('lowers it to the bound and raises it to the lower end', () => {
    expect(chooseRate({ ...base, bound: keeping(4e-4) }).learningRate).toBe(4e-4);
    const raised = chooseRate({ ...base, lower: 5e-4 });
    expect(raised.learningRate).toBe(1.5e-3);
    expect(raised.reasons[1]).toContain('only learns word frequencies (5e-4)');
    expect(chooseRate({ ...base, lower: undefined, floor: 2e-3 }).learningRate).toBe(2e-3);
  });

  test('keeps above the lower end, and says so, when the interval is empty', () => {
    const choice = chooseRate({ ...base, bound: keeping(1e-5), lower: 5e-4 });
    expect(choice.learningRate).toBe(1.5e-3);
    expect(choice.reasons[1]).toContain('The interval is empty');
  });

  test('never goes above the tuned rate', () => {
    const choice = chooseRate({ ...base, lower: 2e-2 });
    expect(choice.learningRate).toBe(1e-2);
    expect(choice.reasons.at(-1)).toContain('Train on more tokens');
  });
});

test('the first choice for a shape stays; another number of steps is another shape', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-'));
  const shape = { proxy: { ...smallProxy, learningRate: 'tiny' }, tokenizerHash: 'a', steps: 100 };
  const choice = { learningRate: 1e-3, reach: 1, tuned: 1e-2, reasons: [] };
  expect(await freezeRate(folder, shape, choice)).toEqual(choice);
  expect(await freezeRate(folder, shape, { ...choice, learningRate: 2e-3 })).toEqual(choice);
  expect(readFrozenRate(folder, { ...shape, proxy: { ...shape.proxy, seeds: 9 } })).toEqual(choice);
  expect(readFrozenRate(folder, { ...shape, steps: 101 })).toBeUndefined();
});
