/** Mixtures in which one domain's share is another: the other domains make room in proportion. */

/**
 * [domains] The mixture with this share of one domain, the others scaled so that all add up to 1.
 *
 * @param filling [domains] whose proportions the others take where they had nothing, such as the mean of all mixtures
 */
export function withShare(
  mixture: ArrayLike<number>,
  domain: number,
  share: number,
  filling: ArrayLike<number>,
): Float64Array {
  const rest = 1 - mixture[domain]!;
  // Below 1e-9 it is the rounding of a sum that is left.
  const from = rest > 1e-9 ? mixture : filling;
  const others = 1 - from[domain]!;
  return Float64Array.from(from, (value, i) =>
    i === domain ? share : others > 0 ? (value * (1 - share)) / others : (1 - share) / (from.length - 1),
  );
}

/** [domains] The mean of some mixtures. */
export function meanMixture(mixtures: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(mixtures[0]!.length);
  for (const mixture of mixtures)
    for (let i = 0; i < mean.length; i++) mean[i]! += mixture[i]! / mixtures.length;
  return mean;
}
