/**
 * Simulated studies of which the truth is known: what the rule of elimination is calibrated and judged on.
 *
 * The loss of recipe i at share t of the training, less what all recipes have in common, is
 *
 *   e_i · t^growth                              differences grow (or shrink) over training
 *   + a_i (t^−α_i − 1)                          each recipe has a power law of its own
 *   + b_i · exp(−t / τ)                         early on the order is another one
 *   + w_i(ln t)                                 a random walk in log time that ends at 0
 *   + noise of the run                          partly of the whole run, partly changing in log time
 *
 * so that e_i is what the recipe reaches in expectation. Everything is in units of the spread of the recipes; the
 * settings of a study are themselves drawn, from ranges wide enough for easy and for hopeless studies.
 */
import type { Random } from '../../src/random.js';
import type { Trajectories } from '../../src/ranking/index.js';

export interface SimulatedStudy {
  trajectories: Trajectories;
  warmupSteps: number;
  /** Expected final loss of each recipe. */
  ends: number[];
  settings: Settings;
}

export interface Settings {
  recipes: number;
  seeds: number;
  validations: number;
  shape: 'normal' | 'ladder' | 'clusters' | 'heavy tails' | 'leader';
  /** Standard deviation of a run's final loss over seeds. */
  noise: number;
  growth: number;
  /** Standard deviations of a, b, and of the walk over a unit of log time. */
  power: number;
  early: number;
  walk: number;
  /** One of the three best is among the worst third at 20 % of the training. */
  lateCrossing: boolean;
}

export const frozenRanges = {
  recipes: [5, 30],
  seeds: [2, 4],
  noise: [0.03, 0.5],
  growth: [-0.2, 0.5],
  power: [0.03, 0.5],
  early: [0, 1],
  walk: [0.03, 0.25],
  lateCrossingShare: 0.15,
} as const;

const steps = 1000;

export function simulateStudy(random: Random, fixed: Partial<Settings> = {}): SimulatedStudy {
  const settings = { ...drawSettings(random), ...fixed };
  const { recipes: count, seeds, validations } = settings;
  const times = Array.from({ length: validations }, (_, k) => (k + 1) / validations);
  const ends = finalLosses(settings, random);
  const curves = ends.map((end) => recipeCurve(end, settings, times, random));
  if (settings.lateCrossing) crossLate(ends, curves, times, random);

  const shared = Array.from({ length: seeds }, () => noiseCurve(2 * settings.noise, times, random));
  const lossNats = curves.map((curve) => {
    const noise = settings.noise * Math.exp(0.3 * random.normal());
    return Array.from({ length: seeds }, (_, s) => {
      const own = noiseCurve(noise, times, random);
      return times.map((t, k) => 3 + 2 * t ** -0.3 + curve[k]! + shared[s]![k]! + own[k]!);
    });
  });
  return {
    trajectories: {
      recipes: Array.from({ length: count }, (_, r) => `recipe ${r}`),
      steps: times.map((t) => Math.round(t * steps)),
      lossNats,
    },
    warmupSteps: random.below(2) * (steps / 10),
    ends,
    settings,
  };
}

function drawSettings(random: Random): Settings {
  const { noise, growth, power, early, walk, recipes, seeds, lateCrossingShare } = frozenRanges;
  const uniform = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  const logUniform = ([low, high]: readonly [number, number]) => low * (high / low) ** random.uniform();
  const whole = ([low, high]: readonly [number, number]) => low + random.below(high - low + 1);
  const shapes = ['normal', 'ladder', 'clusters', 'heavy tails', 'leader'] as const;
  return {
    recipes: whole(recipes),
    seeds: whole(seeds),
    validations: random.below(2) === 0 ? 10 : 20,
    shape: shapes[random.below(shapes.length)]!,
    noise: logUniform(noise),
    growth: uniform(growth),
    power: logUniform(power),
    early: uniform(early),
    walk: logUniform(walk),
    lateCrossing: random.uniform() < lateCrossingShare,
  };
}

/** Spread of about 1. */
function finalLosses({ recipes, shape }: Settings, random: Random): number[] {
  const normal = () => Array.from({ length: recipes }, () => random.normal());
  switch (shape) {
    case 'normal':
      return normal();
    case 'ladder':
      return random.shuffle(normal().map((_, r) => 3.4 * (r / (recipes - 1) - 0.5)));
    case 'clusters':
      return normal().map((value) => 1.2 * (random.below(3) - 1) + 0.2 * value);
    case 'heavy tails':
      // Worse by far, as shuffled text would be, but never better by far.
      return normal().map((value) => (random.uniform() < 0.15 ? 4 * Math.abs(value) : 0.8 * value));
    case 'leader': {
      const values = normal();
      const best = values.indexOf(Math.min(...values));
      return values.map((value, r) => (r === best ? value - 0.5 : value));
    }
    default:
      return shape satisfies never;
  }
}

function recipeCurve(end: number, settings: Settings, times: readonly number[], random: Random): number[] {
  const power = settings.power * random.normal();
  const exponent = 0.2 + 0.4 * random.uniform();
  const early = settings.early * random.normal();
  const scale = 0.03 + 0.07 * random.uniform();
  const walk = bridge(settings.walk, times, random);
  return times.map(
    (t, k) =>
      end * t ** settings.growth + power * (t ** -exponent - 1) + early * Math.exp(-t / scale) + walk[k]!,
  );
}

/** One of the three best learns by a power law that puts it among the worst third at 20 % of the training. */
function crossLate(
  ends: readonly number[],
  curves: number[][],
  times: readonly number[],
  random: Random,
): void {
  const order = ends.map((_, r) => r).sort((a, b) => ends[a]! - ends[b]!);
  const late = order[random.below(3)]!;
  const rung = times.findIndex((t) => t >= 0.2);
  const worst = curves.map((curve) => curve[rung]!).sort((a, b) => b - a);
  const wanted = worst[random.below(Math.ceil(ends.length / 3))]!;
  const exponent = 0.3 + 0.4 * random.uniform();
  const power = Math.max(0, wanted - curves[late]![rung]!) / (times[rung]! ** -exponent - 1);
  curves[late] = curves[late]!.map((loss, k) => loss + power * (times[k]! ** -exponent - 1));
}

/** A random walk in log time, backwards from 0 at the end. */
function bridge(deviation: number, times: readonly number[], random: Random): number[] {
  const walk = times.map(() => 0);
  for (let k = times.length - 2; k >= 0; k--) {
    walk[k] = walk[k + 1]! + deviation * Math.sqrt(Math.log(times[k + 1]! / times[k]!)) * random.normal();
  }
  return walk;
}

/** Half of the variance stays for the whole run, half is forgotten within a unit of log time. */
function noiseCurve(deviation: number, times: readonly number[], random: Random): number[] {
  const lasting = random.normal();
  let passing = random.normal();
  return times.map((t, k) => {
    if (k > 0) {
      const kept = Math.exp(-Math.log(t / times[k - 1]!));
      passing = kept * passing + Math.sqrt(1 - kept * kept) * random.normal();
    }
    return deviation * Math.SQRT1_2 * (lasting + passing);
  });
}
