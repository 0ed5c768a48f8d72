/** One search for a mixture: what to minimise and where. */
import { rowsOf } from '../design/index.js';
import { divergence, type Limits } from './limits.js';
import type { Cost } from './objective.js';

export interface Problem {
  readonly cost: Cost;
  readonly limits: Limits;
  /** λ: the cost of a nat of divergence from the prior, in units of the cost; 0 for none. */
  readonly divergencePenalty: number;
}

/** [mixtures] Largest term + λ · KL(mixture ‖ prior). */
export function costsAt(problem: Problem, mixtures: readonly Float64Array[]): Float64Array {
  const { cost, limits, divergencePenalty } = problem;
  const terms = cost.termsAt(rowsOf(mixtures));
  return Float64Array.from(mixtures, (mixture, row) => {
    let largest = -Infinity;
    for (let term = 0; term < cost.terms; term++)
      largest = Math.max(largest, terms[row * cost.terms + term]!);
    return divergencePenalty === 0
      ? largest
      : largest + divergencePenalty * divergence(mixture, limits.prior);
  });
}
