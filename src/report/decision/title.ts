/** The decision in one sentence: what to train on, and what cannot be told apart from it. */
import { plural } from '../format.js';
import { listed, type Prose, prose, user } from '../prose.js';
import { best, stoppedRecipes, type Undecided } from '../view.js';

/** Names in a title; a longer list is no title, and the tables have it. */
const mostNames = 3;

/** Without a full stop. */
export function decisionTitle(report: Undecided): Prose {
  const winner = best(report);
  if (winner === undefined) return ['No recipe finished, so there is nothing to rank'];
  const name = user(winner.recipe);
  const others = report.ranking.recipes.slice(1);
  const stopped = stoppedRecipes(report).length;
  if (others.length === 0)
    return stopped === 0
      ? prose`${name} is the only recipe that finished, so there is nothing to compare it with`
      : prose`Train on ${name}: ${stoppedEarly(stopped)}`;
  const rest = stopped === 0 ? '' : `; ${stoppedEarly(stopped)}`;
  const { seeds } = report.ranking;
  const ties = others.filter(({ tiedWithBest }) => tiedWithBest).map(({ recipe }) => recipe);
  const kind = stopped === 0 ? 'other recipes' : 'others that were trained to the end';
  if (ties.length === 0) {
    const beaten =
      others.length === 1
        ? `the only ${stopped === 0 ? 'other recipe' : 'other that was trained to the end'}`
        : `${others.length === 2 ? 'both' : `all ${others.length}`} ${kind}`;
    // With one seed nothing shows how much another would change, so the answer must not sound general.
    return prose`Train on ${name}: it beats ${beaten}${seeds === 1 ? ', on the one seed there is' : ''}${rest}`;
  }
  const close = ties.length > mostNames ? [`${ties.length} others`] : listed(ties);
  const apart = `${ties.length === 1 ? 'is' : 'are'} not distinguishable from it with ${plural(seeds, 'seed')}`;
  if (ties.length === others.length)
    return prose`No clear winner: ${name} has the lowest loss, but ${close} ${apart}${rest}`;
  return prose`Train on ${name}: it beats ${others.length - ties.length} of ${others.length} ${kind}; ${close} ${apart}${rest}`;
}

function stoppedEarly(recipes: number): string {
  return recipes === 1 ? '1 other was stopped early' : `${recipes} others were stopped early`;
}
