/** Intervals of agreement against a truth that is known: what endless seeds of the proxy would say. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { analyseTransfer } from '../../../src/ranking/index.js';
import {
  kendall,
  mean,
  pairwiseAgreement,
  seedNoiseDraws,
  spearman,
  variance,
} from '../../../src/stats/index.js';
import { simulate } from './runs.js';

const studies = 200;

describe('95 % intervals over 3 and 5 seeds hold the truth', () => {
  test.each([
    { seeds: 3, noise: 0.05, departure: 0.2 },
    { seeds: 3, noise: 0.2, departure: 0.2 },
    { seeds: 3, noise: 0.5, departure: 0.2 },
    { seeds: 3, noise: 0.2, departure: 0.8 },
    { seeds: 3, noise: 0.5, departure: 0.8 },
    { seeds: 5, noise: 0.5, departure: 0.2 },
    { seeds: 5, noise: 1, departure: 0.8 },
  ])('$seeds seeds, noise $noise, departure $departure', (setting) => {
    const random = Random.fromSeed(`coverage ${JSON.stringify(setting)}`);
    const held = { spearman: 0, kendall: 0, pairwise: 0 };
    for (let study = 0; study < studies; study++) {
      const { trained, proxy, target } = simulate({ recipes: 23, ...setting }, random);
      const options = { proxy: 'small', target: 'large', draws: 200, random: random.split(study) };
      const {
        spearman: rho,
        kendall: tau,
        pairwise,
      } = analyseTransfer(trained, options).settings[0]!.transfer.loss!;
      const within = ({ interval }: typeof rho, truth: number) =>
        Number(interval!.low - 1e-9 <= truth && truth <= interval!.high + 1e-9);
      held.spearman += within(rho, spearman(proxy, target));
      held.kendall += within(tau, kendall(proxy, target));
      held.pairwise += within(pairwise, pairwiseAgreement(proxy, target));
    }
    for (const count of Object.values(held)) expect(count / studies).toBeGreaterThan(0.9);
  });
});

describe('draws of recipe means', () => {
  const random = Random.fromSeed('draws');
  const seeds = ['a', 'b', 'c'];
  const rows = Array.from({ length: 40 }, (_, r) => seeds.map((_seed, s) => r + 10 * s + random.normal()));

  test('scatter as means over other seeds would, without what all recipes share', () => {
    const draw = seedNoiseDraws(
      rows,
      rows.map(() => seeds),
      random,
    )!;
    const drawn = Array.from({ length: 2000 }, draw);
    const scatter = mean(rows.map((_, r) => variance(drawn.map((means) => means[r]!))));
    // Noise of variance 1, over 3 seeds; the estimate from 78 degrees of freedom is good to about 16 %.
    expect(scatter).toBeGreaterThan(0.24);
    expect(scatter).toBeLessThan(0.43);
    for (const [r, row] of rows.entries())
      expect(mean(drawn.map((means) => means[r]!))).toBeCloseTo(mean(row), 0);
  });

  test('there are none where every recipe has one seed', () => {
    expect(seedNoiseDraws([[1], [2]], [['a'], ['a']], random)).toBeUndefined();
  });

  test('a recipe of one seed borrows the noise of the others, one that diverged stays so', () => {
    const draw = seedNoiseDraws(
      [[5], [1, 2], [3, 5], [Infinity, 1]],
      [['a'], ['a', 'b'], ['a', 'b'], ['a', 'b']],
      random,
    )!;
    const drawn = Array.from({ length: 50 }, draw);
    expect(variance(drawn.map(([first]) => first!))).toBeGreaterThan(0);
    for (const means of drawn) expect(means[3]).toBe(Infinity);
  });
});
