/** How much a fit's predictions of held-out runs rest on each domain. */
import type { Random } from '../../random.js';
import { rowsOf } from '../design/index.js';
import { mixturesOf } from '../proposers/index.js';
import type { Matrix } from '../regressors/regressor.js';
import { meanMixture, withShare } from './with-share.js';

export interface ImportanceOptions {
  random: Random;
  /** Times that each domain is shuffled; the answer is the mean. Default 5. */
  shuffles?: number;
}

/**
 * [domains] Permutation importance (Breiman, Random Forests, 2001) for mixtures: by how much the errors on runs that the
 * fit has not seen spread more widely when the shares of a domain are shuffled among these runs, in the unit of the
 * target. Around 0, also a little below it, for a domain that does not matter.
 *
 * A shuffled share alone would leave mixtures that do not add up to 1: the other domains make room in proportion. The
 * spread is the standard deviation, so that an error common to all runs (those of a larger model) does not count.
 *
 * @param predict of rows that stand where those of `mixtures` stood: with folds, each row has a fit of its own
 * @param mixtures [runs, domains]
 * @param actual [runs]
 */
export function permutationImportance(
  predict: (rows: Matrix) => Float64Array,
  mixtures: Matrix,
  actual: Float64Array,
  { random, shuffles = 5 }: ImportanceOptions,
): Float64Array {
  const rows = mixturesOf(mixtures);
  const filling = meanMixture(rows);
  const usual = spreadOf(predict(mixtures), actual);
  return Float64Array.from({ length: mixtures.columns }, (_, domain) => {
    let spread = 0;
    for (let k = 0; k < shuffles; k++) {
      const shuffled = random.split(domain, k).shuffle(rows.map((row) => row[domain]!));
      const changed = rows.map((row, i) => withShare(row, domain, shuffled[i]!, filling));
      spread += spreadOf(predict(rowsOf(changed)), actual) / shuffles;
    }
    return spread - usual;
  });
}

/** Standard deviation of the errors. */
function spreadOf(predicted: Float64Array, actual: Float64Array): number {
  const errors = predicted.map((value, i) => value - actual[i]!);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
}
