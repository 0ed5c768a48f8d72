/** D-optimal choice: the candidates from which the coefficients of a mixture model are estimated best together. */
import { AssayError } from '../../errors.js';
import type { Random } from '../../random.js';
import { Information } from './information.js';

/** Scheffé's mixture polynomials: `linear` in the shares, or with all products of two of them as well. */
export type MixtureModel = 'linear' | 'quadratic';

export interface DOptimalOptions {
  /** Default: quadratic where there are at least 1.5 runs a term, else linear. */
  model?: MixtureModel;
  /** Passes over the design at most; it ends before when a pass exchanges nothing. Default 10. */
  passes?: number;
}

/**
 * `count` of the candidates, each at most once, by Fedorov's exchange (1972): a point of the design is exchanged for
 * the candidate that raises det(XᵀX) most, until none does. A local optimum, not always the global one.
 *
 * @throws AssayError for fewer runs than the model has terms, or fewer candidates than runs
 */
export function chooseDOptimal(
  candidates: readonly Float64Array[],
  count: number,
  random: Random,
  { model, passes = 10 }: DOptimalOptions = {},
): Float64Array[] {
  const domains = candidates[0]?.length ?? 0;
  const quadraticTerms = (domains * (domains + 1)) / 2;
  const chosen = model ?? (count >= 1.5 * quadraticTerms ? 'quadratic' : 'linear');
  const terms = chosen === 'linear' ? domains : quadraticTerms;
  if (count < terms || candidates.length < count)
    throw new AssayError('design "d-optimal"', 'not enough to choose from', {
      expected: `at least ${terms} runs for a ${chosen} model, and as many candidates as runs`,
      got: `${count} runs, ${candidates.length} candidates`,
    });
  const rows = candidates.map((mixture) => mixtureTerms(mixture, chosen));
  const order = random.shuffle(candidates.map((_, i) => i));
  const design = order.slice(0, count);
  const others = order.slice(count);
  for (let pass = 0; pass < passes; pass++) if (!exchangePass(rows, design, others)) break;
  return design.map((i) => candidates[i]!);
}

/** Terms of a mixture: its shares, then for `quadratic` the product of every pair. */
export function mixtureTerms(mixture: Float64Array, model: MixtureModel): Float64Array {
  const terms = [...mixture];
  if (model === 'quadratic')
    for (let i = 0; i < mixture.length; i++)
      for (let j = i + 1; j < mixture.length; j++) terms.push(mixture[i]! * mixture[j]!);
  return Float64Array.from(terms);
}

/** Exchanges each point of the design once where that gains; whether any was exchanged. */
function exchangePass(rows: readonly Float64Array[], design: number[], others: number[]): boolean {
  let exchanged = false;
  // Inverted anew on each pass: rank-one updates gather rounding errors.
  const information = new Information(rows, design);
  for (let at = 0; at < design.length; at++) {
    const old = design[at]!;
    const { variances } = information;
    const covariances = information.covariancesWith(old);
    let [best, bestGain] = [-1, 1e-9];
    for (let other = 0; other < others.length; other++) {
      const candidate = others[other]!;
      // det(XᵀX) after the exchange relative to before, less 1: Fedorov's delta.
      const gain =
        variances[candidate]! * (1 - variances[old]!) - variances[old]! + covariances[candidate]! ** 2;
      if (gain > bestGain) [best, bestGain] = [other, gain];
    }
    if (best < 0) continue;
    information.add(others[best]!, 1);
    information.add(old, -1);
    [design[at], others[best]] = [others[best]!, old];
    exchanged = true;
  }
  return exchanged;
}
