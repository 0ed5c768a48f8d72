/** By how much a proposal is predicted to beat the prior, and how sure the fit is of it. */
import type { Random } from '../../random.js';
import { normalQuantile, variance } from '../../stats/index.js';
import { rowsOf } from '../design/index.js';
import { costOf, type FittedMetric, type Objective, type Term, termsOf } from './objective.js';

export interface Gain {
  /** Objective at the prior less objective at the proposal (without penalties): above 0 is better than the prior. */
  estimate: number;
  /** 95 % interval; both undefined where neither errors nor refits are known. */
  low?: number;
  high?: number;
  method: 'predictive-errors' | 'refits' | 'none';
}

/** The metrics fitted again on other rows: runs drawn with replacement. */
export type Refit = (random: Random) => readonly FittedMetric[];

/**
 * `predictive-errors`: the errors of two single runs, one on the prior and one on the proposal, taken as independent of
 * each other, those of several metrics of one run as fully dependent (which is the cautious side). `refits`: the spread
 * of the gain over fits on resampled runs, for fits without errors; it leaves out the noise of the runs to come.
 * Neither knows that the proposal was chosen because the fit is low there: the true gain tends to be smaller.
 */
export function gainOver(
  prior: Float64Array,
  mixture: Float64Array,
  objective: Objective,
  metrics: readonly FittedMetric[],
  refits?: { refit: Refit; draws: number; random: Random },
): Gain {
  const terms = termsOf(objective, metrics, prior);
  const { gain: estimate, atPrior, atMixture } = gainBy(terms, metrics, prior, mixture);
  const half = normalQuantile(0.975);
  const priorError = errorOf(
    objective.kind === 'worst' && objective.relativeTo === 'prior' ? atMixture : atPrior,
    prior,
  );
  const mixtureError = errorOf(atMixture, mixture);
  if (priorError !== undefined && mixtureError !== undefined) {
    const error = half * Math.hypot(priorError, mixtureError);
    return { estimate, low: estimate - error, high: estimate + error, method: 'predictive-errors' };
  }
  if (refits === undefined) return { estimate, method: 'none' };
  const gains = Array.from({ length: refits.draws }, (_, draw) => {
    const refitted = refits.refit(refits.random.split(draw));
    return gainBy(termsOf(objective, refitted, prior), refitted, prior, mixture).gain;
  });
  const error = half * Math.sqrt(variance(gains));
  return { estimate, low: estimate - error, high: estimate + error, method: 'refits' };

  function errorOf(term: Term, at: Float64Array): number | undefined {
    let error = 0;
    for (const [m, { fit }] of metrics.entries()) {
      if (term.weights[m] === 0) continue;
      if (fit.predictWithError === undefined) return undefined;
      error += Math.abs(term.weights[m]!) * fit.predictWithError(rowsOf([at])).standardError[0]!;
    }
    return error;
  }
}

/** The gain, and the terms that are the largest at either mixture. */
function gainBy(
  terms: readonly Term[],
  metrics: readonly FittedMetric[],
  prior: Float64Array,
  mixture: Float64Array,
): { gain: number; atPrior: Term; atMixture: Term } {
  const values = costOf(terms, metrics).termsAt(rowsOf([prior, mixture]));
  const largest = (row: number) =>
    terms.reduce(
      (best, _, i) => (values[row * terms.length + i]! > values[row * terms.length + best]! ? i : best),
      0,
    );
  const [first, second] = [largest(0), largest(1)];
  return {
    gain: values[first]! - values[terms.length + second]!,
    atPrior: terms[first]!,
    atMixture: terms[second]!,
  };
}
