/** How much of the training the answer needed: by looking back, and by what elimination saved. */
import { sum } from '../../stats/index.js';
import { inWords, percent, plural } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import { stoppedRecipes, type Undecided } from '../view.js';
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

function eliminationSentences(report: Undecided): Prose[] {
  const { elimination, runs } = report;
  if (elimination === undefined) return [];
  const { stopped, kept, risk, keep, rungs } = elimination;
  const all = stopped.length + kept.length;
  if (stopped.length === 0)
    return [
      [
        rungs.length === 0
          ? undecided(report, keep, all)
          : `Elimination stopped no recipe: none could be told to end outside the best ${keep}.`,
      ],
    ];
  const still = stoppedRecipes(report);
  if (still.length === 0)
    return [
      [
        `Elimination would have stopped ${stopped.length} of ${plural(all, 'recipe')} early, but their runs had been trained to the end: nothing was saved.`,
      ],
    ];
  const shares = new Map(still.map(({ recipe, share }) => [recipe, share]));
  const saved = sum(
    runs.map(({ recipe, status }) => (status === 'stopped' ? 1 - (shares.get(recipe) ?? 1) : 0)),
  );
  return [
    prose`Elimination stopped ${still.length} of ${plural(all, 'recipe')} early and saved ${percent(saved / runs.length, 0)} of the training tokens, at a stated risk of ${inWords(risk)} that the best was among them.`,
  ];
}

function undecided({ runs }: Undecided, keep: number, recipes: number): string {
  if (recipes <= keep)
    return `Elimination had nothing to decide: the best ${keep} are kept, and there ${recipes === 1 ? 'is' : 'are'} ${plural(recipes, 'recipe')}.`;
  return runs.some(({ status }) => status === 'unfinished')
    ? 'Elimination has decided nothing yet.'
    : 'Elimination had nothing to decide: no validation after the warm-up came where recipes can be compared and stopped, or too few recipes got there.';
}
