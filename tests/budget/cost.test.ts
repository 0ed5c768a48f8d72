import { describe, expect, test } from 'vitest';
import { type Machine, type Stretch, type StudyFacts, studyWork, workCost } from '../../src/budget/index.js';
import { proxyOf } from './proxy.js';

const facts: StudyFacts = {
  recipes: 23,
  domainTokens: () => [40_000, 5000],
  streams: 30,
  learningRate: 1e-3,
  evaluateEvery: 100,
  evaluationTokens: 10_000,
};
const stretch: Stretch = {
  model: proxyOf().model,
  parameters: 160_640,
  batch: 8,
  context: 128,
  seeds: 2,
  leastSteps: 300,
  mostSteps: 900,
};
const speed = {
  perTrainedToken: 1e-5,
  perValidatedToken: 4e-6,
  cpuPerTrainedToken: 1e-5,
  cpuPerValidatedToken: 4e-6,
  start: 0,
  cpuStart: 0,
};
const machine = (workers: number): Machine => ({ speed, workers, threads: 1, cores: 2, spent: 7 });
const costWith = (workers: number, of: StudyFacts = facts) =>
  workCost(studyWork(of, stretch, 450), of.streams, 1e6, machine(workers));

describe('the cost of a study', () => {
  test('counts what a run trains and validates: every 100 steps, at the start and at the end', () => {
    const { run, runs, search } = studyWork(facts, stretch, 450);
    expect(runs).toBe(46);
    expect(run.trainedTokens).toBe(450 * 8 * 128);
    // Steps 0, 100, 200, 300, 400 and 450; one domain holds only 5,000 tokens.
    expect(run.validatedTokens).toBe(6 * 15_000);
    expect(search).toEqual([]);
  });

  test('is that of whole rounds: the last, uneven one takes as long as the others', () => {
    expect(costWith(2).rounds).toBe(23);
    expect(costWith(4).rounds).toBe(12);
    const training = (workers: number) => costWith(workers).seconds!.training;
    expect(training(4) / training(2)).toBeCloseTo(12 / 23, 12);
    // Each run trains 4.6 s and validates 0.36 s at these speeds.
    expect(training(2)).toBeGreaterThan(23 * (4.6 + 0.36));
  });

  test('adds up, with what is spent already', () => {
    const { spent, rate, training, rest, total } = costWith(2).seconds!;
    expect(spent).toBe(7);
    expect(rate).toBe(0);
    expect(total).toBeCloseTo(spent + rate + training + rest, 12);
  });

  test('measures alignment on windows of half a batch, and at least one of every domain', () => {
    const alignmentOf = (domains: number) => {
      const domainTokens = () => Array.from({ length: domains }, () => 5000);
      const { alignmentTokens, trainedTokens } = studyWork(
        { ...facts, domainTokens, alignmentEvery: 10 },
        stretch,
        450,
      ).run;
      return alignmentTokens / trainedTokens;
    };
    // Measured: 7 to 8 % of the time at every 10 steps.
    expect(alignmentOf(2)).toBeCloseTo(0.075, 12);
    expect(alignmentOf(4)).toBe(alignmentOf(2));
    // A batch has 8 windows: sixteen domains are four times half of it.
    expect(alignmentOf(16)).toBeCloseTo(4 * 0.075, 12);
  });

  test('a tiny rate costs the search for it, alike for more recipes', () => {
    const tiny = costWith(2, { ...facts, learningRate: 'tiny' });
    expect(tiny.seconds!.rate).toBeGreaterThan(1.5 * (4.6 + 0.36));
    const more = costWith(2, { ...facts, learningRate: 'tiny', recipes: 46 });
    expect(more.seconds!.rate).toBeCloseTo(tiny.seconds!.rate, 12);
    expect(tiny.flops).toBeGreaterThan(costWith(2).flops);
  });
});
