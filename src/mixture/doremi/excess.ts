/** Excess losses: how far a model lies above a reference on each domain of a batch. */

/**
 * The mean over the tokens of each domain of max(ℓ − ℓ_ref, 0). Each token is clipped by itself, so where the reference
 * is worse it does not make up for where it is better.
 *
 * @param losses [windows, context] of the model that is trained, nats
 * @param reference [windows, context] of the reference
 * @param domainOf [windows] the domain of each window
 * @returns [domains] nats per token; undefined for a domain without a window
 */
export function excessLosses(
  losses: Float32Array,
  reference: Float32Array,
  domainOf: ArrayLike<number>,
  domains: number,
): (number | undefined)[] {
  const context = losses.length / domainOf.length;
  const sums = new Float64Array(domains);
  const tokens = new Float64Array(domains);
  for (let token = 0; token < losses.length; token++) {
    const domain = domainOf[Math.floor(token / context)]!;
    sums[domain]! += Math.max(losses[token]! - reference[token]!, 0);
    tokens[domain]!++;
  }
  return Array.from(sums, (sum, domain) => (tokens[domain] === 0 ? undefined : sum / tokens[domain]!));
}
