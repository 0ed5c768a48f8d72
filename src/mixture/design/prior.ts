/** Shares of tokens: what every design and proposer starts from. */
import { AssayError } from '../../errors.js';

/** Domains and the share of tokens that each has in the data at hand; shares add up to 1. */
export interface Prior {
  readonly domains: readonly string[];
  /** [domains] */
  readonly shares: Float64Array;
}

/**
 * The prior of token counts or of shares that need not add up.
 *
 * @throws AssayError for fewer than two domains, a number that is negative or not finite, and no tokens at all
 */
export function priorOf(tokens: ReadonlyMap<string, number>, subject = 'prior'): Prior {
  for (const [domain, value] of tokens)
    if (!(value >= 0 && value < Infinity))
      throw new AssayError(subject, `tokens of "${domain}" are not valid`, {
        expected: 'a number of at least 0',
        got: `${value}`,
      });
  const values = Float64Array.from(tokens.values());
  const total = values.reduce((sum, value) => sum + value, 0);
  if (values.length < 2 || total === 0)
    throw new AssayError(subject, 'nothing to mix', {
      expected: 'two domains or more, with tokens',
      got: values.length < 2 ? `${values.length}` : 'no tokens in any',
    });
  return { domains: [...tokens.keys()], shares: values.map((value) => value / total) };
}

/** The prior flattened by a power below 1 and normalised again, so that rare domains are drawn more often. */
export function temper(shares: Float64Array, power: number): Float64Array {
  const powers = shares.map((share) => share ** power);
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}
