/** RegMix-D in a world whose best schedule is known by trying all: what it reaches there, and what makes it fail. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  boundariesOf,
  choose,
  fitStages,
  type Horizon,
  regressors,
  rulesOf,
  type ScheduleOptions,
  type StageModel,
  scheduleOffline,
} from '../../../src/mixture/index.js';
import { Random } from '../../../src/random.js';
import {
  bestSchedule,
  bestStatic,
  domains,
  endOf,
  metrics,
  objective,
  objectiveAt,
  prior,
  proxies,
  proxyWorld,
  slowWorld,
  stages,
  train,
  type World,
} from './simulated.js';

const random = Random.fromSeed('simulated world');
const fitted = (kind: 'constant' | 'changing', count: number) =>
  fitStages(proxies(kind, count, random.split(kind)), {
    boundaries: boundariesOf(stages),
    regressor: regressors.gp,
    random: random.split('fit'),
  });
const optionsOf = (horizon: Horizon): ScheduleOptions => ({ objective, prior, horizon, draws: 2000 });

function offline(model: StageModel, world: World, horizon: Horizon = 'plan') {
  const { phases } = scheduleOffline(model, optionsOf(horizon), random.split('offline'));
  const { predicted } = phases.at(-1)!;
  const reached = train((stage) => domains.map((domain) => phases[stage]!.mixture[domain]!), world);
  return {
    cost: endOf(reached),
    predicted: objectiveAt(metrics.map((metric) => predicted[metric]!.lossNats)),
    expert: { observed: reached.at(-1)![2]!, ...predicted.expert! },
  };
}

function online(model: StageModel, world: World): number {
  const rules = rulesOf(model, optionsOf('plan'));
  const past: Float64Array[] = [];
  const reached = train((stage, losses) => {
    const [mixture] = choose(model, rules, { stage, losses, past }, random.split('online', stage)).mixtures;
    past.push(mixture!);
    return mixture!;
  }, world);
  return endOf(reached);
}

describe('RegMix-D with a Gaussian process, in a simulated world', () => {
  let changing: StageModel;
  beforeAll(() => {
    changing = fitted('changing', 80);
  });

  test('gains nine tenths of what the best of all schedules gains over the best single mixture', () => {
    const single = bestStatic(proxyWorld).cost;
    const best = bestSchedule(proxyWorld, 8).cost;
    expect(single - best).toBeGreaterThan(0.3);
    for (const cost of [offline(changing, proxyWorld).cost, online(changing, proxyWorld)])
      expect((single - cost) / (single - best)).toBeGreaterThan(0.9);
  });

  test('online follows a target that learns more slowly than the proxies, where the schedule made before fails', () => {
    const before = offline(changing, slowWorld).cost;
    const followed = online(changing, slowWorld);
    const single = bestStatic(slowWorld).cost;
    expect(followed).toBeLessThan(before - 0.3);
    // Even the best single mixture of the slow world itself, which nobody could know before, is worse.
    expect(followed).toBeLessThan(single - 0.3);
  });

  test('a horizon of one stage does not see what pays off late', () => {
    const [stage, hold, plan] = (['stage', 'hold', 'plan'] as const).map(
      (horizon) => offline(changing, proxyWorld, horizon).cost,
    );
    expect(Math.min(stage!, hold!)).toBeGreaterThan(plan! + 0.03);
  });

  test('proxies that keep one mixture mislead it, and the stated error does not tell', () => {
    const constant = fitted('constant', 80);
    const { expert } = offline(constant, proxyWorld);
    expect(Math.abs(expert.observed - expert.lossNats)).toBeGreaterThan(5 * expert.standardError!);
  });
});
