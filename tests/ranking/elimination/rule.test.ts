/** What the rule of elimination does with trajectories that were made by hand. */
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../../src/errors.js';
import { Random } from '../../../src/random.js';
import { probabilitiesOf } from '../../../src/ranking/elimination/probabilities.js';
import { rungSteps } from '../../../src/ranking/elimination/rungs.js';
import {
  decideRung,
  replayElimination,
  type Trajectories,
  trajectoriesOf,
  trajectoriesOfTrained,
} from '../../../src/ranking/index.js';
import type { EvaluationMetric } from '../../../src/records.js';

const spec = { keep: 3, confidence: 0.95 };
const steps = Array.from({ length: 10 }, (_, k) => 100 * (k + 1));

/** Two seeds whose losses lie `noise` above and below the curve, with the sign alternating over recipes. */
function table(curves: ((step: number) => number)[], noise = 0.001): Trajectories {
  return {
    recipes: curves.map((_, r) => `r${r}`),
    steps,
    lossNats: curves.map((curve, r) =>
      [1, -1].map((sign) => steps.map((step) => curve(step) + sign * (r % 2 ? noise : -noise))),
    ),
  };
}
const flat = (loss: number) => (step: number) => loss + 100 / step;

describe('rungs', () => {
  const validations = Array.from({ length: 20 }, (_, k) => 50 * (k + 1));

  test('are the first validations after 20, 30, 45 and 65 % of the training', () => {
    expect(rungSteps({ steps: 1000, validations, warmupSteps: 100 })).toEqual([200, 300, 450, 650]);
    expect(rungSteps({ steps: 1000, validations: steps, warmupSteps: 100 })).toEqual([200, 300, 500, 700]);
    const fifths = [156, 312, 468, 624, 780, 782];
    expect(rungSteps({ steps: 782, validations: fifths, warmupSteps: 78 })).toEqual([156, 312, 468, 624]);
  });

  test('never lie inside warm-up, nor at the end', () => {
    expect(rungSteps({ steps: 1000, validations, warmupSteps: 400 })).toEqual([450, 650]);
    expect(rungSteps({ steps: 1000, validations: [500, 1000], warmupSteps: 0 })).toEqual([500]);
    expect(rungSteps({ steps: 1000, validations: [1000], warmupSteps: 0 })).toEqual([]);
  });
});

describe('with recipes whose order is plain from the start', () => {
  // Three within 0.02, and three far behind: all that lag are stopped at 20 %, which saves 3/6 of 80 %.
  const replay = replayElimination(table([1, 1.01, 1.02, 2, 2.01, 2.02].map(flat)), spec);

  test('those far behind are stopped at the first rung, and the best go on', () => {
    expect(replay.elimination.kept).toEqual(['r0', 'r1', 'r2']);
    expect(replay.elimination.stopped.map(({ recipe, share }) => [recipe, share])).toEqual([
      ['r3', 0.2],
      ['r4', 0.2],
      ['r5', 0.2],
    ]);
  });

  test('what was saved and risked is said, with the reason for each', () => {
    expect(replay.elimination.savedShare).toBeCloseTo(0.4, 12);
    expect(replay.elimination.risk).toBeLessThan(0.02);
    expect(replay.elimination.stopped[0]!.reason).toMatch(
      /^after 20 % of the training 1\.0 nats behind the best, probability of ending among the best 3: /,
    );
    expect(replay).toMatchObject({ best: 'r0', bestStopped: false, regretNats: 0 });
  });

  test('a single recipe can be asked for, and never are fewer kept than asked for', () => {
    expect(replayElimination(table([1, 3].map(flat)), { ...spec, keep: 1 }).elimination.kept).toEqual(['r0']);
    expect(replayElimination(table([1, 3, 9].map(flat)), spec).elimination.kept).toHaveLength(3);
  });
});

describe('nothing is stopped', () => {
  test('when all recipes are equal', () => {
    const { elimination } = replayElimination(
      table(
        Array.from({ length: 8 }, () => flat(1)),
        0,
      ),
      spec,
    );
    expect(elimination.stopped).toEqual([]);
    expect(elimination.savedShare).toBe(0);
  });

  test('when recipes differ by no more than their seeds do', () => {
    const { elimination } = replayElimination(
      table(
        Array.from({ length: 8 }, (_, r) => flat(1 + 0.001 * Math.sin(r))),
        0.01,
      ),
      spec,
    );
    expect(elimination.stopped).toEqual([]);
  });

  test('with one seed, where the noise is not known', () => {
    const one = table([1, 2, 3, 4, 5].map(flat));
    one.lossNats = one.lossNats.map(([first]) => [first!]);
    expect(replayElimination(one, spec).elimination.rungs).toEqual([]);
  });
});

test('a recipe that is last but catches up is kept, and one that is last and does not is stopped', () => {
  const others = [1, 1.02, 1.04, 1.06, 1.08].map(flat);
  const late = (step: number) => 0.95 + 100 / step + 0.07 * ((step / 1000) ** -0.7 - 1);
  const early = replayElimination(table([...others, late, flat(1.3)]), { keep: 2, confidence: 0.95 });
  const [rung] = early.elimination.rungs;
  const place = (recipe: string) => rung!.recipes.findIndex((each) => each.recipe === recipe);
  expect(place('r5')).toBe(5);
  expect(early.best).toBe('r5');
  expect(early.elimination.kept).toContain('r5');
  expect(early.elimination.stopped.map(({ recipe, share }) => `${recipe} ${share}`)).toContain('r6 0.2');
});

describe('a decision', () => {
  const random = Random.fromSeed('rule');
  const curves = Array.from({ length: 12 }, () => flat(1 + 0.1 * random.normal()));
  const noisy: Trajectories = {
    ...table(curves),
    lossNats: curves.map((curve) => [0, 1, 2].map(() => steps.map((s) => curve(s) + 0.02 * random.normal()))),
  };
  const length = { steps: 1000, validations: steps, warmupSteps: 100 };
  const at200 = (trajectories: Trajectories) =>
    decideRung({ trajectories, step: 200, recipes: trajectories.recipes, decided: [], length, spec })!;
  const changed = (change: (loss: number, seed: number, place: number) => number): Trajectories => ({
    ...noisy,
    lossNats: noisy.lossNats.map((seeds) =>
      seeds.map((losses, s) => losses.map((loss, k) => change(loss, s, k))),
    ),
  });
  const stopped = (rung: { recipes: { recipe: string; stopped: boolean }[] }) =>
    rung.recipes.filter((each) => each.stopped).map(({ recipe }) => recipe);

  test('knows nothing of what comes after its rung', () => {
    expect(at200(changed((loss, _, k) => (steps[k]! > 200 ? 99 - loss : loss)))).toEqual(at200(noisy));
  });

  test('is about differences: what a seed does to all recipes alike plays no part', () => {
    expect(stopped(at200(noisy)).length).toBeGreaterThan(2);
    expect(stopped(at200(changed((loss, s, k) => loss + s * Math.sin(k))))).toEqual(stopped(at200(noisy)));
  });

  test('does not depend on the unit of the loss', () => {
    expect(stopped(at200(changed((loss) => loss / Math.LN2)))).toEqual(stopped(at200(noisy)));
  });

  test('gives away no more than its part of what may be risked, and the rest later', () => {
    const { elimination } = replayElimination(noisy, { keep: 3, confidence: 0.8 });
    let spent = 0;
    elimination.rungs.forEach((rung, k) => {
      expect(rung.allowed).toBeCloseTo((3 * 0.2 * (k + 1)) / 4 - spent, 12);
      expect(rung.spent).toBeLessThanOrEqual(rung.allowed);
      spent += rung.spent;
    });
    expect(elimination.risk).toBeLessThanOrEqual(spent);
  });
});

test('two recipes with noise alone: the probability of being best is that of the t distribution', () => {
  // Tables: P(T ≤ 2.132) = 0.95 with 4 degrees of freedom. The difference of two means over 2 seeds has variance 1.
  const { best } = probabilitiesOf(
    {
      lossNats: [0, 2.132],
      trendNats: [0, 0],
      noise: { pooled: { variance: 1, degrees: 4 }, own: [undefined, undefined] },
      seeds: 2,
      drift: { variance: 0, degrees: 1 },
    },
    1,
    100_000,
    Random.fromSeed('t'),
  );
  expect(best[0]).toBeCloseTo(0.95, 2);
  expect(best[0]! + best[1]!).toBeCloseTo(1, 12);
});

describe('trajectories', () => {
  const evaluations = (losses: number[]): EvaluationMetric[] =>
    losses.map((loss, k) => ({
      kind: 'evaluation',
      step: 10 * k,
      tokens: k,
      domains: {
        a: { lossNats: loss, bitsPerByte: 0 },
        b: { lossNats: 2 * loss, bitsPerByte: 0 },
        c: { lossNats: Number.NaN, bitsPerByte: 0 },
      },
    }));

  test('of runs are weighted losses, as far as each run has come', () => {
    const runs = [
      { recipe: 'x', seed: 1, evaluations: evaluations([9, 4, 3]) },
      { recipe: 'x', seed: 0, evaluations: evaluations([9, 5, 4]) },
      { recipe: 'y', seed: 0, evaluations: evaluations([9, 2]) },
    ];
    expect(trajectoriesOf(runs, { a: 1, b: 3, c: 0 })).toEqual({
      recipes: ['x', 'y'],
      steps: [10, 20],
      lossNats: [[[8.75, 7]], [[3.5]]],
    });
  });

  test('of imported runs give the same replay', () => {
    const of = table([1, 1.01, 1.02, 1.5, 2.01, 2.02].map(flat));
    const runs = of.recipes.flatMap((recipe, r) =>
      of.lossNats[r]!.map((losses, s) => ({
        recipe,
        model: 'small',
        seed: `${s}`,
        hyperparameters: {},
        measured: { loss: { steps: Float64Array.from(steps), values: Float64Array.from(losses) } },
      })),
    );
    const diverged = {
      ...runs[0]!,
      recipe: 'diverged',
      measured: { loss: { steps: Float64Array.from(steps), values: new Float64Array(10).fill(Number.NaN) } },
    };
    const trained = trajectoriesOfTrained(
      [...runs, diverged],
      [{ name: 'loss', better: 'lower', weight: 1 }],
    );
    expect(trained).toEqual(of);
    expect(replayElimination(trained, spec)).toEqual(replayElimination(of, spec));
  });

  test('of runs that were never measured are refused', () => {
    expect(() => replayElimination({ recipes: [], steps: [], lossNats: [] }, spec)).toThrow(AssayError);
  });
});
