/** How a fit's prediction moves with the share of one domain. */
import { rowsOf } from '../design/index.js';
import { mixturesOf } from '../proposers/index.js';
import type { FittedRegressor, Matrix } from '../regressors/regressor.js';
import { meanMixture, withShare } from './with-share.js';

/** The mean prediction at some shares of a domain. */
export interface Dependence {
  /** [points] From the least share that was trained to the largest, closer together where shares are small. */
  shares: number[];
  /** [points] In the unit of the target. */
  predicted: number[];
}

const points = 21;
/** Mixtures that the mean is taken over: more cost time and move it by less than a line's width. */
const mostMixtures = 256;

/**
 * [domains] Partial dependence (Friedman, Greedy Function Approximation, 2001) for mixtures: the mean prediction over the
 * trained mixtures when each is given this share of a domain, the others making room in proportion.
 */
export function partialDependence(fit: FittedRegressor, mixtures: Matrix): Dependence[] {
  const all = mixturesOf(mixtures);
  const filling = meanMixture(all);
  const step = Math.max(1, all.length / mostMixtures);
  const some = Array.from({ length: Math.floor(all.length / step) }, (_, i) => all[Math.floor(i * step)]!);
  return [...filling.keys()].map((domain) => {
    const [least, most] = rangeOf(all, domain);
    // Losses bend most where a domain is rare.
    const shares = Array.from({ length: points }, (_, k) => least + (most - least) * (k / (points - 1)) ** 2);
    const asked = shares.flatMap((share) =>
      some.map((mixture) => withShare(mixture, domain, share, filling)),
    );
    const each = fit.predict(rowsOf(asked));
    const predicted = shares.map((_, k) => {
      const ofShare = each.subarray(k * some.length, (k + 1) * some.length);
      return ofShare.reduce((sum, value) => sum + value, 0) / some.length;
    });
    return { shares, predicted };
  });
}

function rangeOf(mixtures: readonly Float64Array[], domain: number): [number, number] {
  const shares = mixtures.map((mixture) => mixture[domain]!);
  return [Math.min(...shares), Math.max(...shares)];
}
