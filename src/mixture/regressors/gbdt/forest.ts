/** Many small trees as flat arrays: how they are held, added to and read from JSON. */
import type { FittedJson } from '../regressor.js';
import type { Tree } from './grow.js';

/** A tree of k splits has k + 1 leaves; trees lie one after another. */
export interface Forest {
  /** What every prediction starts from. */
  base: number;
  /** [features] Upper bounds of each feature's bins but the last, see `findBins`. */
  bounds: Float64Array[];
  /** [trees + 1] Where each tree's splits begin. */
  starts: Int32Array;
  /** [splits] The leaf that is split, see `TreeSplit`. */
  leaf: Uint8Array;
  feature: Uint16Array;
  bin: Uint8Array;
  /** [splits + trees] What the leaves add, learning rate included; tree t's begin at `starts[t] + t`. */
  values: Float64Array;
  /** [features] Sum of the gains of each feature's splits. */
  gains: Float64Array;
}

export function forestOf(base: number, bounds: Float64Array[], trees: Tree[]): Forest {
  const splits = trees.flatMap((tree) => tree.splits);
  const starts = new Int32Array(trees.length + 1);
  trees.forEach((tree, t) => {
    starts[t + 1] = starts[t]! + tree.splits.length;
  });
  const values = new Float64Array(splits.length + trees.length);
  trees.forEach((tree, t) => {
    values.set(tree.values, starts[t]! + t);
  });
  const gains = new Float64Array(bounds.length);
  for (const { feature, gain } of splits) gains[feature]! += gain;
  return {
    base,
    bounds,
    starts,
    leaf: Uint8Array.from(splits, (split) => split.leaf),
    feature: Uint16Array.from(splits, (split) => split.feature),
    bin: Uint8Array.from(splits, (split) => split.bin),
    values,
    gains,
  };
}

export function forestToJson(forest: Forest): Omit<FittedJson, 'regressor'> {
  const { base, bounds, starts, leaf, feature, bin, values, gains } = forest;
  const arrays = { starts, leaf, feature, bin, values, gains };
  return {
    base,
    bounds: bounds.map((own) => [...own]),
    ...Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, [...array]])),
  };
}

export function forestFromJson(json: FittedJson): Forest {
  const list = (name: string) => json[name] as number[];
  return {
    base: json.base as number,
    bounds: (json.bounds as number[][]).map((own) => Float64Array.from(own)),
    starts: Int32Array.from(list('starts')),
    leaf: Uint8Array.from(list('leaf')),
    feature: Uint16Array.from(list('feature')),
    bin: Uint8Array.from(list('bin')),
    values: Float64Array.from(list('values')),
    gains: Float64Array.from(list('gains')),
  };
}
