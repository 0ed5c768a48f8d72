/** Weights of domains as what each token's loss counts in a step. */
import type { DoremiOptions } from './options.js';

export interface TokenWeightInput {
  /** [domains] */
  weights: readonly number[];
  /** [windows] The domain of each window of the batch. */
  domainOf: ArrayLike<number>;
  /** Tokens of a window. */
  context: number;
  /** [domains] Shares that batches are sampled in. */
  sampling: readonly number[];
  objective: DoremiOptions['objective'];
}

/** @returns [windows, context]; a step's loss is the sum of its tokens' losses times these */
export function tokenWeights(input: TokenWeightInput): Float32Array {
  const { domainOf, context } = input;
  const factors = factorsOf(input);
  const out = new Float32Array(domainOf.length * context);
  for (let window = 0; window < domainOf.length; window++)
    out.fill(factors[domainOf[window]!]!, window * context, (window + 1) * context);
  return out;
}

/** [domains] What a token of each counts. */
function factorsOf({ weights, domainOf, context, sampling, objective }: TokenWeightInput): number[] {
  const tokens = weights.map(() => 0);
  for (let window = 0; window < domainOf.length; window++) tokens[domainOf[window]!]! += context;
  switch (objective) {
    case 'domain-mean':
      return weights.map((weight, d) => weight / tokens[d]!);
    case 'batch-mean': {
      const factors = weights.map((weight, d) => weight / sampling[d]!);
      const total = factors.reduce((sum, factor, d) => sum + (tokens[d] === 0 ? 0 : factor * tokens[d]!), 0);
      return factors.map((factor) => factor / total);
    }
    default:
      return objective satisfies never;
  }
}
