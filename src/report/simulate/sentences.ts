/** What the simulation found, in sentences that the terminal, the picture and the page share. */
import type { RandomFeatures } from '../../simulate/index.js';
import { count, percent, plural } from '../format.js';

/** A number at three digits. */
export function three(value: number): string {
  return value >= 1e5 || value < 1e-3 ? value.toExponential(1) : count(Number(value.toPrecision(3)));
}

export function finding({ inside }: RandomFeatures): string {
  if (inside.comparisons === 0) return 'No cell lies inside the region of Theorem 2';
  return `Inside the region of Theorem 2, ${percent(inside.agreement)} of ${count(inside.comparisons)} comparisons have the right sign`;
}

export function sides({ below, above, settings }: RandomFeatures): string {
  const diverged = above.diverged === 1 ? ' (training diverges)' : '';
  return (
    `At m = ${settings.widths.at(-1)} and T = ${settings.checkpoints.at(-1)}, outside it: ${percent(below.agreement)} right at ` +
    `η = ${three(below.learningRate)} (η·T too small), ${percent(above.agreement)} at η = ${three(above.learningRate)}${diverged}.`
  );
}

export function regionSentence({ region }: RandomFeatures): string {
  return (
    `The region of all pairs, from the kernel's eigenvalues: ${three(region.c0)}/T ≤ η ≤ ${three(region.largestRate)}, ` +
    `for m ≥ ${count(region.leastWidth)} and T ≥ ${count(Math.ceil(region.leastSteps))}.`
  );
}

export function proofSentence({ proofRegion, proofCheck }: RandomFeatures): string {
  return (
    `With the proof's constants as they stand: ${three(proofRegion.c0)}/T ≤ η ≤ ${three(proofRegion.largestRate)}, ` +
    `for m ≥ ${three(proofRegion.leastWidth)} and T ≥ ${three(proofRegion.leastSteps)}. Its corner in η and T, at m = ${proofCheck.width}, ` +
    `by the exact expectation over batches: ${percent(proofCheck.agreement)} right.`
  );
}

export function about({ settings, pairs }: RandomFeatures): string {
  return `${plural(pairs.length, 'pair')} of datasets; a sign is that of the mean loss over ${plural(settings.draws, 'draw')}; batch ${settings.batch}, seed ${settings.seed}`;
}
