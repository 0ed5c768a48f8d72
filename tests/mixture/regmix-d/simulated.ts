/**
 * A small world in which the best schedule is known: three domains, whose losses follow differential equations.
 *
 * `expert` text teaches only as far as `basics` have been learnt, and what it taught is forgotten while there is none of
 * it. So the order of the domains matters: basics first, and expert text at the end.
 */
import type { Trajectories, Trajectory } from '../../../src/mixture/index.js';
import { drawDirichlet } from '../../../src/mixture/index.js';
import type { Random } from '../../../src/random.js';

export const domains = ['web', 'basics', 'expert'];
export const metrics = ['web', 'basics', 'expert'];
export const prior = Float64Array.of(0.5, 0.25, 0.25);
export const stages = 4;
/** What counts at the end of training. */
export const objective = new Map([
  ['web', 0.3],
  ['expert', 1],
]);

export interface World {
  /** How fast basics are learnt. */
  basicsRate: number;
}

export const proxyWorld: World = { basicsRate: 6 };
/** Basics take this model three times as long: a schedule made from proxies turns to expert text too early. */
export const slowWorld: World = { basicsRate: 2 };

const start = Float64Array.of(3, 3, 3);
const floors = [1.5, 1, 1.2];
const substeps = 6;

/** Losses in excess of their floors after one stage. */
export function step(excess: Float64Array, mixture: ArrayLike<number>, { basicsRate }: World): Float64Array {
  let [web, basics, expert] = excess as unknown as [number, number, number];
  const [w, b, e] = [mixture[0]!, mixture[1]!, mixture[2]!];
  const dt = 1 / stages / substeps;
  for (let i = 0; i < substeps; i++) {
    const ready = 1 / (1 + Math.exp((basics - 1.2) / 0.25));
    web *= Math.exp(-dt * 2.5 * (w + 0.2 * b + 0.05 * e));
    basics *= Math.exp(-dt * basicsRate * (b + 0.05 * w));
    expert = expert * Math.exp(-dt * (0.3 + 9 * ready) * e) + dt * 0.8 * (1 - e) * (3 - expert);
  }
  return Float64Array.of(web, basics, expert);
}

/** [metrics] */
export const lossesOf = (excess: Float64Array) => excess.map((value, i) => value + floors[i]!);

export function objectiveAt(losses: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (const [metric, weight] of objective) {
    sum += weight * losses[metrics.indexOf(metric)]!;
    total += weight;
  }
  return sum / total;
}

/** [stages + 1][metrics] Losses of a training on a schedule, noise-free unless there is a generator. */
export function train(
  mixtureOf: (stage: number, losses: Float64Array) => ArrayLike<number>,
  world: World,
  noise = 0,
  random?: Random,
): Float64Array[] {
  const observed = (excess: Float64Array) =>
    lossesOf(excess).map((loss) => loss + (random ? noise * random.normal() : 0));
  let excess: Float64Array = start;
  const all = [observed(excess)];
  for (let stage = 0; stage < stages; stage++) {
    excess = step(excess, mixtureOf(stage, all[stage]!), world);
    all.push(observed(excess));
  }
  return all;
}

export const endOf = (all: Float64Array[]) => objectiveAt(all.at(-1)!);

/** Proxies that keep one mixture, as the paper's, or that draw another one for every stage. */
export function proxies(
  kind: 'constant' | 'changing',
  count: number,
  random: Random,
  noise = 0.003,
): Trajectories {
  const runs = Array.from({ length: count }, (_, run): Trajectory => {
    const draw = random.split(run);
    const strength = 3;
    const mixtures = Array.from({ length: kind === 'constant' ? 1 : stages }, () =>
      drawDirichlet(
        prior.map((share) => share * strength),
        draw,
      ),
    );
    const losses = train((stage) => mixtures[stage % mixtures.length]!, proxyWorld, noise, draw);
    return {
      run: `${run}`,
      progress: Float64Array.from({ length: stages + 1 }, (_, i) => i / stages),
      losses: {
        rows: stages + 1,
        columns: metrics.length,
        values: Float64Array.from(losses.flatMap((row) => [...row])),
      },
      mixtures: mixtures.map((shares, i) => ({ from: i / stages, shares })),
    };
  });
  return { domains, metrics, runs };
}

/** All mixtures whose shares are multiples of 1 / parts. */
export function grid(parts: number): Float64Array[] {
  const all: Float64Array[] = [];
  for (let a = 0; a <= parts; a++)
    for (let b = 0; a + b <= parts; b++)
      all.push(Float64Array.of(a / parts, b / parts, (parts - a - b) / parts));
  return all;
}

export function bestStatic(world: World): { mixture: Float64Array; cost: number } {
  let best: { mixture: Float64Array; cost: number } = { mixture: prior, cost: Infinity };
  for (const mixture of grid(50)) {
    const cost = endOf(train(() => mixture, world));
    if (cost < best.cost) best = { mixture, cost };
  }
  return best;
}

/** The best of all schedules on a grid of mixtures, by trying every one. */
export function bestSchedule(world: World, parts: number): { mixtures: Float64Array[]; cost: number } {
  const mixtures = grid(parts);
  let best = { mixtures: [] as Float64Array[], cost: Infinity };
  const search = (excess: Float64Array, chosen: Float64Array[]) => {
    if (chosen.length === stages) {
      const cost = objectiveAt(lossesOf(excess));
      if (cost < best.cost) best = { mixtures: chosen, cost };
      return;
    }
    for (const mixture of mixtures) search(step(excess, mixture, world), [...chosen, mixture]);
  };
  search(start, []);
  return best;
}
