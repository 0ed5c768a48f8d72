/** Gradient alignment as a second opinion: agreement is a statement, disagreement a warning. */
import { decimals, plural } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import type { Undecided } from '../view.js';

const mostPairs = 2;

export function agreementOfAlignment({ alignment }: Undecided): Prose[] {
  if (alignment === undefined || alignment.disagreement !== undefined) return [];
  const rho = Number.isFinite(alignment.spearman)
    ? ` (Spearman correlation ${decimals(alignment.spearman, 2)})`
    : '';
  return [
    [
      `Gradient alignment over the first ${plural(alignment.steps, 'step')} orders every settled pair as the loss does${rho}.`,
    ],
  ];
}

export function alignmentWarning({ alignment }: Undecided): Prose[] {
  const disagreement = alignment?.disagreement;
  if (alignment === undefined || disagreement === undefined) return [];
  const { pairs, settledPairs } = disagreement;
  const named = pairs
    .slice(0, mostPairs)
    .flatMap(
      ({ better, worse, seeds }, i) =>
        prose`${i === 0 ? '' : '; '}${user(worse)} before ${user(better)} in ${seeds} of ${plural(alignment.seeds, 'seed')}`,
    );
  const more = pairs.length - mostPairs;
  return [
    prose`Gradient alignment orders ${pairs.length} of ${plural(settledPairs, 'settled pair')} the other way (${named}${more > 0 ? `; and ${more} more` : ''}). Where first-order effects and losses disagree, the ranking may change with the learning rate and with scale.`,
  ];
}
