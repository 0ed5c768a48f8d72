/** Repeat anchors: mixtures that are trained several times, so that the noise of a run is measured and not assumed. */

/**
 * The design with its first `anchors` mixtures trained `repeats` times each, with another seed each time: repeats stand
 * at the end, so that the rows before them are the design. Put the prior first to measure the noise there.
 */
export function withAnchors(
  design: readonly Float64Array[],
  { anchors, repeats }: { anchors: number; repeats: number },
): Float64Array[] {
  const repeated = design
    .slice(0, anchors)
    .flatMap((mixture) => Array<Float64Array>(repeats - 1).fill(mixture));
  return [...design, ...repeated];
}

/**
 * [rows] The noise of one run as a standard deviation, pooled over groups of rows with the same mixture; undefined
 * where no mixture is repeated. One number for all rows: with few repeats a noise of each mixture's own is too uncertain.
 */
export function noiseOfRepeats(mixtures: readonly Float64Array[], losses: Float64Array): number | undefined {
  const groups = new Map<string, number[]>();
  mixtures.forEach((mixture, i) => {
    const key = mixture.join(' ');
    groups.set(key, [...(groups.get(key) ?? []), losses[i]!]);
  });
  let squares = 0;
  let freedom = 0;
  for (const group of groups.values()) {
    const mean = group.reduce((sum, loss) => sum + loss, 0) / group.length;
    for (const loss of group) squares += (loss - mean) ** 2;
    freedom += group.length - 1;
  }
  return freedom === 0 ? undefined : Math.sqrt(squares / freedom);
}
