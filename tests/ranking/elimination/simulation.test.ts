/**
 * Does elimination keep the best? Simulated studies of families of their own, apart from those on which the constants
 * were chosen and from those of `npm run -s bench:elimination`, which takes a thousand.
 */
import { expect, test } from 'vitest';
import { judge, simulateFamily } from '../../../bench/elimination/judge.js';

const spec = { keep: 3, confidence: 0.95 };

test('the true best stays in the top 3 in at least 95 % of 200 studies, at about half the compute', () => {
  const verdict = judge(simulateFamily('continuous integration', 200), spec);
  expect(verdict.bestKept).toBeGreaterThanOrEqual(0.95);
  expect(verdict.bestInTop).toBeGreaterThanOrEqual(0.95);
  // Of the best 3, a share of 1 − confidence may be lost.
  expect(verdict.topKept).toBeGreaterThanOrEqual(0.95);
  expect(verdict.saved).toBeGreaterThan(0.45);
});

test('one of the best that is among the worst third at 20 % of the training is kept in at least 85 % of studies', () => {
  const verdict = judge(simulateFamily('late crossing', 60, { lateCrossing: true }), spec);
  expect(verdict.bestKept).toBeGreaterThanOrEqual(0.85);
  expect(verdict.saved).toBeGreaterThan(0.3);
});

test('less is stopped when more certainty is asked for', () => {
  const studies = simulateFamily('confidence', 40);
  const [low, middle, high] = [0.7, 0.95, 0.999].map((confidence) => judge(studies, { ...spec, confidence }));
  expect(low!.saved).toBeGreaterThan(middle!.saved);
  expect(middle!.saved).toBeGreaterThan(high!.saved);
});
