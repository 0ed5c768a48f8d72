/** In which order a run takes windows from its sources: interleaved so evenly that every batch has nearly exact shares. */
import type { Random } from '../random.js';

/**
 * The source of every window. Window k of source j stands at (k + u_j) / n_j of the run, and all windows are merged
 * by that position; u_j in [0, 1) is drawn by the source's name, so recipes that share a source share its phase.
 * Among the first N windows, source j has share_j · N of them, give or take 1 + share_j × sources.
 * @returns one byte a window: the index of its source
 */
export function interleave(
  sources: readonly { source: string; windows: number }[],
  random: Random,
): Uint8Array {
  const total = sources.reduce((sum, { windows }) => sum + windows, 0);
  const phase = sources.map(({ source }) => random.split('phase', source).uniform());
  const taken = sources.map(() => 0);
  const next = sources.map(({ windows }, j) => (windows > 0 ? phase[j]! / windows : Infinity));
  const sequence = new Uint8Array(total);
  for (let w = 0; w < total; w++) {
    let first = 0;
    for (let j = 1; j < next.length; j++) if (next[j]! < next[first]!) first = j;
    sequence[w] = first;
    const { windows } = sources[first]!;
    const k = ++taken[first]!;
    next[first] = k < windows ? (k + phase[first]!) / windows : Infinity;
  }
  return sequence;
}
