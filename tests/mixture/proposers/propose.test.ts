/** What a proposal says: objectives, limits, gains, distance, and fronts. */
import { describe, expect, test } from 'vitest';
import { drawDirichlet, priorOf } from '../../../src/mixture/design/index.js';
import {
  type FittedMetric,
  gainOver,
  isWithin,
  limitsOf,
  type Objective,
  paretoFront,
  propose,
} from '../../../src/mixture/proposers/index.js';
import { Random } from '../../../src/random.js';
import { lawOf, logLinearLaw } from './laws.js';

const prior = priorOf(
  new Map([
    ['web', 60],
    ['code', 25],
    ['books', 10],
    ['maths', 5],
  ]),
);
const { domains, shares } = prior;
const web = logLinearLaw('web', 1, [-1.5, 0.2, -0.6, 0.3]);
const code = logLinearLaw('code', 0.5, [0.3, -2, 0.4, -0.5]);
const open = limitsOf({ domains, prior: shares });
const random = () => Random.fromSeed(1);
const trained = Array.from({ length: 50 }, (_, i) => drawDirichlet([1, 1, 1, 1], Random.fromSeed(i)));
const one = (name: string): Objective => ({ kind: 'weighted', weights: new Map([[name, 1]]) });
const proposed = (objective: Objective, limits = open, metrics: FittedMetric[] = [web, code]) =>
  propose({ prior, trained, metrics, objective, limits, random: random(), draws: 2000 });

describe('a proposal', () => {
  test('for one domain under a law that falls with it is that domain alone', () => {
    expect([...proposed(one('web')).mixture]).toEqual([1, 0, 0, 0]);
  });

  test('weighs domains by their weights, whatever these add up to', () => {
    const twice = (factor: number) =>
      proposed({
        kind: 'weighted',
        weights: new Map([
          ['web', 1 * factor],
          ['code', 3 * factor],
        ]),
      }).mixture;
    expect([...twice(5)]).toEqual([...twice(1)]);
    expect(twice(1)[1]).toBeGreaterThan(twice(1)[0]!);
  });

  test('for the worst domain makes the two worst equal, as they are or as they changed from the prior', () => {
    const metrics = ['web', 'code'];
    const equal = proposed({ kind: 'worst', metrics, relativeTo: 'zero' }).predicted;
    expect(equal[0]!.proposal).toBeCloseTo(equal[1]!.proposal, 6);
    const [first, second] = proposed({ kind: 'worst', metrics, relativeTo: 'prior' }).predicted;
    expect(first!.prior - first!.proposal).toBeCloseTo(second!.prior - second!.proposal, 6);
  });

  test('raises a benchmark, where higher is better', () => {
    const accuracy = lawOf('arc', 4, (w) => 0.3 + 0.4 * w[3]! - 0.5 * (w[3]! - 0.2) ** 2, 'higher');
    const { mixture, gain } = proposed(one('arc'), open, [accuracy]);
    expect(mixture[3]).toBeCloseTo(0.6, 4);
    expect(gain.estimate).toBeGreaterThan(0);
  });

  test('takes no more of a domain than its tokens, repeated as often as allowed, give', () => {
    const limits = limitsOf({
      domains,
      prior: shares,
      supplyTokens: new Map([
        ['web', 3e9],
        ['code', 1e9],
      ]),
      budgetTokens: 25e9,
      maximumRepetition: 4,
      minimumShares: new Map([['maths', 0.02]]),
    });
    const { mixture } = proposed(one('web'), limits);
    expect(mixture[0]).toBeCloseTo((3 * 4) / 25, 9);
    expect(mixture[3]).toBeGreaterThanOrEqual(0.02);
    expect(isWithin(mixture, limits)).toBe(true);
  });

  test('improves on the sampled one where the fit is made of steps, as trees are', () => {
    const steps = lawOf('steps', 4, (w) => Math.round(20 * Math.abs(w[0]! - 0.31)) + Math.round(20 * w[1]!));
    const { exact, sampled } = proposed(one('steps'), open, [steps]);
    expect(exact!.cost).toBeLessThanOrEqual(sampled.cost);
    expect(exact!.cost).toBe(0);
  });

  test('says when it lies far from every trained mixture, and which domains have more than in any', () => {
    const near = trained.map((mixture) => mixture.map((share, i) => 0.9 * shares[i]! + 0.1 * share));
    const options = { prior, metrics: [web], objective: one('web'), limits: open, draws: 500 };
    const { distance } = propose({ ...options, trained: near, random: random() });
    expect(distance.isFar).toBe(true);
    expect(distance.above).toEqual([0]);
    const covered = propose({
      ...options,
      trained: [...trained, Float64Array.of(1, 0, 0, 0)],
      random: random(),
    });
    expect(covered.distance).toMatchObject({ nearest: 0, isFar: false });
  });

  test('is the same for the same seed', () => {
    const sampled = () => proposed(one('code')).sampled;
    expect(sampled()).toEqual(sampled());
  });
});

describe('limits', () => {
  const supplyTokens = new Map(domains.map((domain) => [domain, 1e9]));
  test('that nothing satisfies are named', () => {
    expect(() => limitsOf({ domains, prior: shares, supplyTokens, budgetTokens: 25e9 })).toThrow(
      'all domains together do not fill the budget, expected largest shares that add up to 1 or more, got 0.1600',
    );
    expect(() =>
      limitsOf({
        domains,
        prior: shares,
        minimumShares: new Map([
          ['web', 0.7],
          ['code', 0.6],
        ]),
      }),
    ).toThrow('minimum shares add up to more than 1');
    expect(() => limitsOf({ domains, prior: shares, maximumShares: new Map([['wbe', 0.7]]) })).toThrow(
      'no domain "wbe"',
    );
    const far = limitsOf({
      domains,
      prior: shares,
      minimumShares: new Map([['maths', 0.9]]),
      maximumDivergence: 0.1,
    });
    expect(() => proposed(one('web'), far)).toThrow(
      'every mixture within the bounds is too far from the prior',
    );
  });

  test('keep a domain without a share in the prior out where divergence counts', () => {
    const some = priorOf(
      new Map([
        ['a', 1],
        ['b', 1],
        ['c', 0],
      ]),
    );
    const limits = limitsOf({ domains: some.domains, prior: some.shares, maximumDivergence: 0.3 });
    expect([...limits.upper]).toEqual([1, 1, 0]);
  });

  test('a metric that is not there is an error with the nearest name', () => {
    expect(() => proposed(one('wb'))).toThrow('no such metric, expected one of web, code');
  });
});

describe('the gain over the prior', () => {
  const noisy = (metric: FittedMetric, error: number): FittedMetric => ({
    ...metric,
    fit: {
      ...metric.fit,
      predictWithError: (rows) => ({
        mean: metric.fit.predict(rows),
        standardError: new Float64Array(rows.rows).fill(error),
      }),
    },
  });
  const mixture = Float64Array.of(0.7, 0.2, 0.05, 0.05);

  test('has an interval from the errors of two runs', () => {
    const { estimate, low, high, method } = gainOver(shares, mixture, one('web'), [noisy(web, 0.03)]);
    expect(method).toBe('predictive-errors');
    expect(high! - estimate).toBeCloseTo(1.959964 * 0.03 * Math.SQRT2, 6);
    expect(estimate - low!).toBeCloseTo(high! - estimate, 12);
  });

  test('has an interval from refits where the fit knows no errors, and none where nothing is known', () => {
    const refit = (draw: Random) => [
      logLinearLaw('web', 1 + draw.normal(), [-1.5 + 0.1 * draw.normal(), 0.2, -0.6, 0.3]),
    ];
    const refits = { refit, draws: 100, random: random() };
    const gain = gainOver(shares, mixture, one('web'), [web], refits);
    expect(gain.method).toBe('refits');
    expect(gain.low).toBeLessThan(gain.estimate);
    expect(gainOver(shares, mixture, one('web'), [web])).toEqual({ estimate: gain.estimate, method: 'none' });
  });
});

describe('the Pareto front', () => {
  test('of the distances to two corners, squared, is the straight line between them', () => {
    const corner = (name: string, i: number) =>
      lawOf(name, 3, (w) => w.reduce((sum, share, j) => sum + (share - (i === j ? 1 : 0)) ** 2, 0));
    const three = priorOf(
      new Map([
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ]),
    );
    const limits = limitsOf({ domains: three.domains, prior: three.shares });
    const front = paretoFront(
      [one('first'), one('second')],
      [corner('first', 0), corner('second', 1)],
      limits,
      [],
    );
    expect(front).toHaveLength(11);
    for (const { mixture, first, second } of front) {
      expect(mixture[2]).toBeLessThan(1e-4);
      // On the line from corner to corner: √(first/2) + √(second/2) = 1.
      expect(Math.sqrt(first / 2) + Math.sqrt(second / 2)).toBeCloseTo(1, 5);
    }
  });
});
