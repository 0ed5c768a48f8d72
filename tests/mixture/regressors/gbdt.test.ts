/** Boosted trees against LightGBM: the same trees, so the same predictions, and as good on unseen mixtures. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMixtureRuns } from '../../../src/mixture/fit/mixture-runs.js';
import { type GbdtOptions, gbdt, gbdtWith } from '../../../src/mixture/regressors/gbdt.js';
import type { Matrix } from '../../../src/mixture/regressors/regressor.js';
import { Random } from '../../../src/random.js';
import { spearman } from '../../../src/stats/index.js';
import { regressorContract } from './contract.js';

interface Oracle {
  published: Record<string, number[]>;
  weighted: { noise: number[]; trees: number; learningRate: number; predictions: number[] };
  made: {
    rows: number[][];
    targets: number[];
    unseen: number[][];
    cases: { rows: number; trees: number; settings: Record<string, number>; predictions: number[] }[];
  };
}

const oracle = JSON.parse(readFileSync(new URL('fixtures/lightgbm.json', import.meta.url), 'utf8')) as Oracle;
const random = Random.fromSeed(0);

// Sums of 32-bit gradients in 64 bits are all but exact, in any order.
regressorContract(gbdt, { rowOrder: 1e-9 });

describe('boosted trees', async () => {
  const published = (part: string) => {
    const file = (kind: string) =>
      new URL(`../fixtures/regmix/${part}_${kind}_1m.csv`, import.meta.url).pathname;
    return readMixtureRuns(file('mixture'), file('pile_loss'));
  };
  const train = await published('train');
  const unseen = await published('test');

  test('predict the published runs bit for bit as LightGBM does, and rank them as well', () => {
    const correlations = train.metrics.map((metric, m) => {
      const predicted = gbdt.fit(train.mixtures, train.losses[m]!, { random }).predict(unseen.mixtures);
      expect([...predicted], metric).toEqual(oracle.published[metric]);
      return spearman(predicted, unseen.losses[m]!);
    });
    expect(correlations[train.metrics.indexOf('metric/the_pile_pile_cc_val_loss')]).toBeGreaterThan(0.988);
    expect(correlations.reduce((sum, value) => sum + value, 0) / 13).toBeGreaterThan(0.988);
  });

  test.for(oracle.made.cases)(
    'agree with LightGBM on $rows rows of all signs, $trees trees, $settings',
    ({ rows, trees, settings, predictions }) => {
      const fit = gbdtWith({ trees, ...optionsOf(settings) }).fit(
        matrix(oracle.made.rows.slice(0, rows)),
        Float64Array.from(oracle.made.targets.slice(0, rows)),
        { random },
      );
      expect([...fit.predict(matrix(oracle.made.unseen))]).toEqual(predictions);
    },
  );

  test('weigh rows by their known noise, and then agree with LightGBM too', () => {
    const { rows, targets, unseen: asked } = oracle.made;
    const { noise, trees, learningRate, predictions } = oracle.weighted;
    const fitTo = (known: Float64Array) =>
      gbdtWith({ trees, learningRate }).fit(matrix(rows), Float64Array.from(targets), {
        random,
        noise: known,
      });
    expect([...fitTo(Float64Array.from(noise)).predict(matrix(asked))]).toEqual(predictions);
    const [none, alike] = [new Float64Array(rows.length), new Float64Array(rows.length).fill(0.25)];
    expect(fitTo(none).predict(matrix(asked))).toEqual(fitTo(alike).predict(matrix(asked)));
  });

  test.for<[Partial<GbdtOptions>, RegExp]>([
    [{ trees: 0 }, /trees is out of range, expected a whole number from 1 to 100000, got 0/],
    [{ learningRate: 0 }, /learningRate is out of range, expected above 0, at most 1, got 0/],
    [{ maxLeaves: 33 }, /maxLeaves is out of range, expected a whole number from 2 to 32, got 33/],
    [{ minRowsInLeaf: 2.5 }, /minRowsInLeaf is out of range/],
    [{ maxBins: Number.NaN }, /maxBins is out of range/],
  ])('refuse the options %o', ([options, message]) => {
    expect(() => gbdtWith(options)).toThrow(message);
  });

  test('predict many rows, in blocks, as they predict each alone', () => {
    const fit = gbdtWith({ trees: 20 }).fit(train.mixtures, train.losses[0]!, { random });
    const { rows, columns, values } = train.mixtures;
    const copies = 40;
    const many = new Float64Array(copies * values.length);
    for (let copy = 0; copy < copies; copy++) many.set(values, copy * values.length);
    const once = fit.predict(train.mixtures);
    const all = fit.predict({ rows: copies * rows, columns, values: many });
    all.forEach((value, row) => {
      if (value !== once[row % rows]) expect.fail(`row ${row}: ${value} is not ${once[row % rows]}`);
    });
  });
});

function optionsOf(settings: Record<string, number>): Partial<GbdtOptions> {
  const names: Record<string, keyof GbdtOptions> = {
    learning_rate: 'learningRate',
    num_leaves: 'maxLeaves',
    min_data_in_leaf: 'minRowsInLeaf',
    max_bin: 'maxBins',
    min_data_in_bin: 'minRowsInBin',
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [names[name], value]));
}

function matrix(rows: number[][]): Matrix {
  return { rows: rows.length, columns: rows[0]!.length, values: Float64Array.from(rows.flat()) };
}
