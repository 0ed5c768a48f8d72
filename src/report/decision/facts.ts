/** The facts of a decision, from the ranking and the trajectories. */
import { studyStability } from '../../ranking/index.js';
import type { Decision } from '../../records.js';
import { seriesOf } from '../charts/series.js';
import { best, difference, trainedTrajectories, type Undecided } from '../view.js';

/** What of a decision is no text. */
export type Facts = Omit<Decision, 'title' | 'statements' | 'warnings'>;

export function decisionFacts(report: Undecided): Facts {
  const winner = best(report)?.recipe;
  if (winner === undefined) return { ties: [], worse: [], losesOn: [] };
  const others = report.ranking.recipes.slice(1);
  const training = trainingFacts(report, winner);
  return {
    trainOn: winner,
    ties: others.flatMap(({ recipe, tiedWithBest }) => (tiedWithBest ? recipe : [])),
    worse: others.flatMap(({ recipe, tiedWithBest }) => (tiedWithBest ? [] : recipe)),
    losesOn: losesOn(report, winner),
    ...(training && { training }),
  };
}

/** Domains that count, the largest loss first. */
function losesOn({ ranking }: Undecided, winner: string): Decision['losesOn'] {
  return Object.entries(ranking.domains)
    .flatMap(([domain, { recipes, pairs }]) => {
      const to = recipes[0]?.recipe;
      if (to === undefined || to === winner || !(ranking.weights[domain]! > 0)) return [];
      const gap = difference(pairs, winner, to);
      if (gap === undefined || gap.tie) return [];
      return [{ domain, to, differenceNats: gap.differenceNats, interval: gap.interval }];
    })
    .sort((a, b) => b.differenceNats - a.differenceNats);
}

function trainingFacts(report: Undecided, winner: string): Decision['training'] {
  const stability = studyStability(trainedTrajectories(report));
  const lines = seriesOf(report, ({ lossNats }) => lossNats).map((line) => ({
    recipe: line.recipe,
    values: new Map(line.mean.map(({ tokens, value }) => [tokens, value])),
  }));
  const own = lines.find(({ recipe }) => recipe === winner)?.values;
  if (stability === undefined || own === undefined) return undefined;
  const points = [...own];
  const behind = points.findLastIndex(([tokens, value]) =>
    lines.some(({ recipe, values }) => recipe !== winner && (values.get(tokens) ?? Infinity) <= value),
  );
  const leads = points[behind + 1];
  return {
    settledShare: stability.settledShare,
    threshold: stability.threshold,
    ...(leads && { leadingShare: leads[0] / points.at(-1)![0] }),
  };
}
