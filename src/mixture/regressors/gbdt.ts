/**
 * Gradient-boosted regression trees on histograms, as LightGBM grows them by default and RegMix uses them.
 *
 * Every tree is fitted to what the trees before it leave of the squared error, and a hundredth of it is added. The
 * number of trees is fixed: stopping early would need rows that are held out, and those of the test set must not be it.
 */
import { AssayError } from '../../errors.js';
import { checkRows, checkTraining, checkWriter } from './check.js';
import { binRows } from './gbdt/binned.js';
import { type Forest, forestFromJson, forestOf, forestToJson } from './gbdt/forest.js';
import { type Tree, treeGrower } from './gbdt/grow.js';
import { predictForest } from './gbdt/predict.js';
import { weightsOf } from './gbdt/weights.js';
import type { FittedRegressor, Matrix, Regressor } from './regressor.js';

/** Defaults are LightGBM's, but for `trees` and `learningRate`, which are RegMix's. */
export interface GbdtOptions {
  /** Number of trees; default 1000, e.g. `trees: 200`. */
  trees: number;
  /** Factor on every tree, in (0, 1]; default 0.01, e.g. `learningRate: 0.1`. */
  learningRate: number;
  /** Most leaves a tree may have, 2 to 32; default 31, e.g. `maxLeaves: 8`. */
  maxLeaves: number;
  /** Fewest rows of a leaf; default 20, e.g. `minRowsInLeaf: 5` for few runs. */
  minRowsInLeaf: number;
  /** Most bins of a feature, 2 to 256; default 255, e.g. `maxBins: 63`. */
  maxBins: number;
  /** Fewest rows of a bin; default 3, e.g. `minRowsInBin: 1`. */
  minRowsInBin: number;
}

export const gbdtDefaults: GbdtOptions = {
  trees: 1000,
  learningRate: 0.01,
  maxLeaves: 31,
  minRowsInLeaf: 20,
  maxBins: 255,
  minRowsInBin: 3,
};

const ranges: { [option in keyof GbdtOptions]: [least: number, most: number] } = {
  trees: [1, 1e5],
  learningRate: [Number.MIN_VALUE, 1],
  maxLeaves: [2, 32],
  minRowsInLeaf: [1, 1e9],
  maxBins: [2, 256],
  minRowsInBin: [1, 1e9],
};

/**
 * Nothing is drawn at random. Known noises weigh rows by their inverse variance. Below twice `minRowsInLeaf` rows there
 * is no split, and the fit is the mean.
 *
 * @throws AssayError for an option out of its range
 * @example gbdtWith({ trees: 200, learningRate: 0.05 }).fit(rows, losses, { random })
 */
export function gbdtWith(options: Partial<GbdtOptions> = {}): Regressor {
  const settings = { ...gbdtDefaults, ...options };
  checkOptions(settings);
  return {
    name: 'gbdt',
    fit(rows, targets, { noise }) {
      checkTraining('gbdt', rows, targets, noise);
      return fitted(boost(rows, targets, weightsOf(rows.rows, noise), settings));
    },
    restore(json) {
      checkWriter('gbdt', json);
      return fitted(forestFromJson(json));
    },
  };
}

export const gbdt = gbdtWith();

function checkOptions(settings: GbdtOptions): void {
  for (const [option, [least, most]] of Object.entries(ranges)) {
    const value = settings[option as keyof GbdtOptions];
    const isAllowed =
      value >= least && value <= most && (option === 'learningRate' || Number.isInteger(value));
    if (isAllowed) continue;
    const expected =
      option === 'learningRate' ? 'above 0, at most 1' : `a whole number from ${least} to ${most}`;
    throw new AssayError('regressor "gbdt"', `${option} is out of range`, { expected, got: `${value}` });
  }
}

function boost(rows: Matrix, targets: Float64Array, weights: Float64Array, settings: GbdtOptions): Forest {
  const binned = binRows(rows, settings);
  // LightGBM keeps targets, weights and gradients in 32 bits and all sums in 64; ties between splits hang on it.
  const rounded = Float32Array.from(targets);
  const base = weightedMean(rounded, weights);
  const scores = new Float64Array(rows.rows).fill(base);
  const gradients = new Float64Array(rows.rows);
  const grower = treeGrower(binned, settings);
  const trees: Tree[] = [];
  while (trees.length < settings.trees) {
    for (let row = 0; row < rows.rows; row++)
      gradients[row] = Math.fround(Math.fround(scores[row]! - rounded[row]!) * weights[row]!);
    const tree = grower.grow({ gradients, weights });
    if (tree.splits.length === 0) break;
    const values = tree.values.map((value) => value * settings.learningRate);
    grower.addTo(scores, values);
    trees.push({ ...tree, values });
  }
  return forestOf(base, binned.bounds, trees);
}

function weightedMean(values: Float32Array, weights: Float64Array): number {
  let sum = 0;
  let sumWeight = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]! * weights[i]!;
    sumWeight += weights[i]!;
  }
  return sum / sumWeight;
}

function fitted(forest: Forest): FittedRegressor {
  const features = forest.bounds.length;
  return {
    features,
    predict(rows) {
      checkRows('gbdt', rows, features);
      return predictForest(forest, rows);
    },
    importance() {
      const total = forest.gains.reduce((sum, gain) => sum + gain, 0);
      return forest.gains.map((gain) => (total > 0 ? gain / total : 0));
    },
    toJson: () => ({ regressor: 'gbdt', ...forestToJson(forest) }),
  };
}
