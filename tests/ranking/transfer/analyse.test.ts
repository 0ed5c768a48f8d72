/** What the analysis says of small studies whose answer is plain. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { analyseTransfer, type Metric, type TransferOptions } from '../../../src/ranking/index.js';
import { loss, type Row, runsOf, simulate } from './runs.js';

const options: TransferOptions = {
  proxy: 'small',
  target: 'large',
  draws: 100,
  random: Random.fromSeed('analyse'),
};
const accuracy: Metric = { name: 'accuracy', better: 'higher', weight: 1 };
const row = (
  recipe: string,
  model: string,
  rate: number,
  values: number[],
  extra: Partial<Row> = {},
): Row => ({
  ...{ recipe, model, seed: '0', hyperparameters: { learningRate: rate }, metric: 'loss' },
  ...{ steps: values.map((_, i) => 10 * i), values },
  ...extra,
});

const rates = [1e-4, 1e-3, 1e-2];

/** The target: `a` is best at the middle rate, `b` at the highest, `c` at the lowest. */
const target = [
  ...[2.3, 2.0, 2.2].map((value, i) => row('a', 'large', rates[i]!, [3, value])),
  ...[2.6, 2.4, 2.1].map((value, i) => row('b', 'large', rates[i]!, [3, value])),
  ...[2.2, 2.5, Number.NaN].map((value, i) => row('c', 'large', rates[i]!, [3, value])),
];
const proxy = (values: Record<string, number>, rate = 1e-5) =>
  Object.entries(values).map(([recipe, value]) => row(recipe, 'small', rate, [4, value]));

describe('the tuned target', () => {
  const analysis = analyseTransfer(runsOf([...target, ...proxy({ a: 3, b: 3.1, c: 3.2 })], [loss]), options);

  test('is each recipe at its own best rate, with a flag where the grid ended there', () => {
    const told = analysis.tuned.map(({ recipe, values, hyperparameters, atEdge }) => [
      recipe,
      values.loss,
      hyperparameters.learningRate,
      atEdge.map(({ side }) => side).join(),
    ]);
    expect(told).toEqual([
      ['a', 2.0, 1e-3, ''],
      ['b', 2.1, 1e-2, 'high'],
      ['c', 2.2, 1e-4, 'low'],
    ]);
  });

  test('has curves that say the same, a diverged run being no point', () => {
    const curves = Object.fromEntries(analysis.curves.target.map((curve) => [curve.recipe, curve]));
    expect(curves.b).toMatchObject({ best: 1e-2, atEdge: true });
    expect(curves.c!.points.at(-1)).toEqual({ learningRate: 1e-2, value: null });
    expect(analysis.curves.proxy.every(({ atEdge }) => !atEdge)).toBe(true);
  });

  test('is what a proxy is right about: one rate of the target ranks otherwise', () => {
    expect(analysis.settings[0]!.transfer.loss!.spearman.value).toBe(1);
    // At 1e-4 the target has c before a before b.
    expect(analysis.heatMap.spearman[0]![0]).toBe(-0.5);
  });
});

test('the target is tuned once by its aggregate, or for each metric anew', () => {
  const code: Metric = { name: 'code', better: 'lower', weight: 0 };
  // On code the lowest rate is best for every recipe.
  const onCode = [
    ...[1.0, 1.9, 1.5].map((value, i) => row('a', 'large', rates[i]!, [3, value], { metric: 'code' })),
    ...[1.2, 1.5, 1.8].map((value, i) => row('b', 'large', rates[i]!, [3, value], { metric: 'code' })),
    ...[1.1, 1.5, 1.8].map((value, i) => row('c', 'large', rates[i]!, [3, value], { metric: 'code' })),
    ...[1.0, 1.2, 1.1].map((value, i) => row('abc'[i]!, 'small', 1e-5, [3, value], { metric: 'code' })),
  ];
  const trained = runsOf([...target, ...proxy({ a: 3, b: 3.1, c: 3.2 }), ...onCode], [loss, code]);
  const spearman = (tune: 'once' | 'each') =>
    analyseTransfer(trained, { ...options, tune }).settings[0]!.transfer.code!.spearman.value;
  // Tuned for code: 1.0, 1.2, 1.1. Where the loss is best: 1.9, 1.8, 1.1.
  expect(spearman('each')).toBe(1);
  expect(spearman('once')).toBe(-0.5);
});

describe('a proxy', () => {
  test('that is wrong costs what its choice loses', () => {
    const analysis = analyseTransfer(
      runsOf([...target, ...proxy({ a: 3.2, b: 3.1, c: 3 })], [loss]),
      options,
    );
    const { spearman, regret } = analysis.settings[0]!.transfer.loss!;
    expect(spearman).toEqual({ value: -1 });
    expect(regret.map(({ lost }) => lost.value)).toEqual([expect.closeTo(0.2, 12), 0, 0]);
  });

  test('is compared on the recipes that it has, and the others are named', () => {
    const analysis = analyseTransfer(runsOf([...target, ...proxy({ a: 3, b: 3.1, d: 1 })], [loss]), options);
    expect(analysis.settings[0]!.transfer.loss!.recipes).toBe(2);
    expect(analysis.leftOut.sort()).toEqual(['c', 'd']);
    expect(analysis.tuned.map(({ recipe }) => recipe)).toEqual(['a', 'b']);
  });

  test('with more of an accuracy is better, and regret counts what accuracy is lost', () => {
    const scored = (recipe: string, model: string, value: number) =>
      row(recipe, model, 1e-4, [value], { metric: 'accuracy' });
    const rows = [
      ...[0.5, 0.6, 0.7].map((value, i) => scored('abc'[i]!, 'large', value)),
      ...[0.33, 0.31, 0.32].map((value, i) => scored('abc'[i]!, 'small', value)),
    ];
    const analysis = analyseTransfer(runsOf(rows, [accuracy]), options);
    expect(analysis.tuned.map(({ recipe }) => recipe)).toEqual(['c', 'b', 'a']);
    expect(analysis.settings[0]!.transfer.accuracy!.regret[0]!.lost.value).toBeCloseTo(0.2, 12);
  });

  test('whose run ended early is not compared, and the run is counted', () => {
    const rows = [...target, ...proxy({ a: 3, b: 3.1, c: 3.2 }), row('d', 'small', 1e-5, [4])];
    expect(analyseTransfer(runsOf(rows, [loss]), options).unfinishedRuns).toBe(1);
  });

  test('may be ranked by what the target was never measured by, such as a gradient alignment', () => {
    const alignment: Metric = { name: 'alignment', better: 'higher', weight: 0 };
    const aligned = Object.entries({ a: 0.9, b: 0.5, c: 0.1 }).map(([recipe, value]) =>
      row(recipe, 'small', 1e-5, [0, value], { metric: 'alignment' }),
    );
    const rows = [...target, ...proxy({ a: 3, b: 3.3, c: 3.2 }), ...aligned];
    const { predicts, transfer } = analyseTransfer(runsOf(rows, [loss, alignment]), options).settings[0]!;
    expect(predicts).toEqual({ loss: 0.5, alignment: 1 });
    expect(transfer.alignment).toMatchObject({ recipes: 0, spearman: { value: Number.NaN } });
  });

  test('that diverged on a recipe ranks it last', () => {
    const rows = [...target, ...proxy({ a: 3, b: Number.NaN, c: 3.2 })];
    expect(analyseTransfer(runsOf(rows, [loss]), options).settings[0]!.transfer.loss!.spearman.value).toBe(
      0.5,
    );
  });

  test('of batch sizes and weight decays has a setting for each', () => {
    const rows = [8, 16].flatMap((batch) =>
      proxy({ a: 3, b: 3.1, c: 3.2 }).map((each) => ({
        ...each,
        hyperparameters: { learningRate: 1e-5, batch },
      })),
    );
    const { settings } = analyseTransfer(runsOf([...target, ...rows], [loss]), options);
    expect(settings.map(({ hyperparameters }) => hyperparameters.batch)).toEqual([8, 16]);
  });
});

describe('over training', () => {
  const steps = [1, 2, 3, 4];
  const rows = [
    ...target,
    row('a', 'small', 1e-5, [5, 4, 3.0, 2.8], { steps }),
    row('b', 'small', 1e-5, [4.5, 3.9, 3.1, 2.9], { steps }),
    row('c', 'small', 1e-5, [4, 4.1, 3.2, 3.0], { steps }),
  ];
  const { stability } = analyseTransfer(runsOf(rows, [loss]), options).settings[0]!;

  test('the ranking settles where it becomes the final one', () => {
    expect(stability!.points.map(({ withFinal }) => withFinal)).toEqual([-1, 0.5, 1, 1]);
    expect(stability!.settledShare).toBe(0.75);
  });

  test('no more than sixty points are kept of a long run, its end among them', () => {
    const long = Array.from({ length: 1000 }, (_, i) => i + 1);
    const lines = ['a', 'b', 'c'].map((recipe, r) =>
      row(
        recipe,
        'small',
        1e-5,
        long.map((step) => r + 1 / step),
        { steps: long },
      ),
    );
    const { points } = analyseTransfer(runsOf([...target, ...lines], [loss]), options).settings[0]!
      .stability!;
    expect(points).toHaveLength(60);
    expect(points.at(-1)).toMatchObject({ step: 1000, share: 1 });
  });
});

test('seed noise is measured without what all recipes share', () => {
  const random = Random.fromSeed('noise');
  const { trained } = simulate({ recipes: 200, seeds: 4, noise: 0.3, departure: 0 }, random);
  const { seedVariance } = analyseTransfer(trained, { ...options, draws: 1 }).settings[0]!;
  expect(seedVariance!.seedDeviation).toBeGreaterThan(0.27);
  expect(seedVariance!.seedDeviation).toBeLessThan(0.33);
  // Two seeds of noise 0.3 on recipes that differ by 1 correlate at 1 / 1.09.
  expect(seedVariance!.spearmanBetweenSeeds).toBeGreaterThan(0.86);
  expect(seedVariance!.spearmanBetweenSeeds).toBeLessThan(0.95);
  expect(Object.keys(seedVariance!.spearmanBySeed)).toEqual(['s0', 's1', 's2', 's3']);
});

describe('what cannot be compared is said', () => {
  test('a model without runs, with the nearest name', () => {
    expect(() => analyseTransfer(runsOf(target, [loss]), { ...options, proxy: 'larg' })).toThrow(
      /--proxy larg: no runs of this model.*Did you mean "large"/,
    );
  });

  test('models without recipes in common', () => {
    expect(() => analyseTransfer(runsOf([...target, ...proxy({ x: 1, y: 2 })], [loss]), options)).toThrow(
      /expected two recipes or more that both models were trained on, got 0/,
    );
  });
});
