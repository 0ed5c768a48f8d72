/** How much of the training the answer needed: by looking back, and by what elimination saved. */
import { percent, plural } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import type { Undecided } from '../view.js';
import type { Facts } from './facts.js';

export function trainingSentences(report: Undecided, { training, trainOn }: Facts): Prose[] {
  const said: Prose[] = [];
  if (training !== undefined && trainOn !== undefined) {
    const { settledShare, threshold, leadingShare } = training;
    said.push([
      settledShare < 1
        ? `${percent(settledShare, 0)} of the training would have been enough for this ranking: from there on it keeps a Spearman correlation of at least ${threshold} with the final one.`
        : `The ranking came to be what it is only at the end of the training: before, its Spearman correlation with the final one fell below ${threshold}.`,
    ]);
    if (leadingShare !== undefined)
      said.push(
        prose`${user(trainOn)} has had the lowest loss ${leadingShare < 1 ? `from ${percent(leadingShare, 0)} of the training on` : 'only at the last validation'}.`,
      );
  }
  return [...said, ...eliminationSentences(report)];
}

function eliminationSentences({ elimination }: Undecided): Prose[] {
  if (elimination === undefined) return [];
  const { stopped, kept, savedShare, risk, keep } = elimination;
  const all = stopped.length + kept.length;
  if (stopped.length === 0)
    return [[`Elimination stopped no recipe: none could be told to end outside the best ${keep}.`]];
  return [
    prose`Elimination stopped ${stopped.length} of ${plural(all, 'recipe')} early and saved ${percent(savedShare, 0)} of the training tokens, at a stated risk of ${percent(risk)} that the best was among them.`,
  ];
}
