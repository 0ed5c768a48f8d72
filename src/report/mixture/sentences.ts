/** What a report of mixtures says in words. */
import type { ComparedMixture, DesignDistance, Gain, MixtureReport } from '../../mixture/index.js';
import { decimals, percent, plural, signed } from '../format.js';
import { listed, type Prose, prose, user } from '../prose.js';
import { range } from './tables.js';
import { judgedBy, meanJudgement, namesIn, proposedIn } from './view.js';

/** Reasons not to trust a proposal; none where there are none. */
export function proposalWarnings(
  { isFar }: Pick<DesignDistance, 'isFar'>,
  above: readonly string[],
  { low }: Pick<Gain, 'low'>,
): Prose[] {
  return [
    ...(isFar
      ? [
          prose`The proposal lies further from every trained mixture than 95 % of those lie from each other: train a round of proxies near it before trusting the prediction.`,
        ]
      : []),
    ...(above.length > 0 ? [prose`More than in any trained mixture: ${listed([...above], 20)}.`] : []),
    ...(low !== undefined && low <= 0
      ? [prose`The interval of the gain holds 0: these runs do not show that the proposal beats the prior.`]
      : []),
  ];
}

/** As the objective is called in a sentence. */
export function objectiveName(report: MixtureReport): Prose {
  const { combine, weights } = report.proposal!;
  const short = namesIn(report).metrics;
  const metrics = Object.keys(weights).map((name) => short.get(name)!);
  if (metrics.length === 1) return [user(metrics[0]!)];
  const how = {
    mean: 'the weighted mean of ',
    worst: 'the worst of ',
    'worst-change': 'the worst change of ',
  };
  return prose`${how[combine]}${listed(metrics)}`;
}

export function mixtureTitle(report: MixtureReport): Prose {
  const proposed = proposedIn(report);
  if (proposed === undefined) {
    const judged = meanJudgement(report);
    return judged === undefined
      ? prose`Losses as fitted to mixtures, not judged on any other`
      : prose`Unseen mixtures are ranked at a Spearman correlation of ${decimals(judged.spearman, 3)}`;
  }
  const { estimate, low, high } = proposed.gain!;
  if (low !== undefined && low <= 0)
    return prose`These runs do not show that the proposal beats the prior in ${objectiveName(report)}`;
  const interval =
    low === undefined ? '' : `, with a 95 % interval from ${decimals(low, 3)} to ${decimals(high!, 3)}`;
  return prose`The proposal is predicted to be ${decimals(estimate, 3)} better than the prior in ${objectiveName(report)}${interval}`;
}

/** The statements below the title. */
export function mixtureStatements(report: MixtureReport): { topic: string; text: Prose }[] {
  const proposed = proposedIn(report);
  const statements = [{ topic: 'The fit', text: fitSentence(report) }];
  if (proposed === undefined) return statements;
  const [distance] = proposed.distances;
  return [
    { topic: 'The proposal', text: changesSentence(report) },
    ...statements,
    {
      topic: 'Its distance',
      text: prose`${range([distance!.nearest])} of its tokens are in other domains than in the nearest trained mixture; among those trained that is ${percent(distance!.median)} in the median, and at most ${percent(distance!.high)} for 95 of 100.`,
    },
  ];
}

function fitSentence(report: MixtureReport): Prose {
  const { regressor, runs, fits } = report;
  const judged = meanJudgement(report);
  const of = fits.length === 1 ? '' : `, in the mean of ${fits.length} metrics`;
  if (judged === undefined)
    return prose`${regressor}, fitted to ${plural(runs, 'run')}; not judged on others.`;
  const coverage =
    judged.coverage === undefined ? '' : `, and ${percent(judged.coverage)} lie within their 95 % interval`;
  return prose`${regressor}, fitted to ${plural(runs, 'run')}. ${heldOutSentence(report)}: ranked at a Spearman correlation of ${decimals(judged.spearman, 4)}${coverage}${of}.`;
}

/** Which runs the figures of held-out runs are of. */
export function heldOutSentence(report: MixtureReport): string {
  const sources = new Set(report.fits.map((fit) => judgedBy(fit)?.source));
  const test = `the ${plural(report.testRuns, 'run')} of the test set, which nothing was fitted or chosen by`;
  const folds = 'the training runs, each predicted by a fit to the other folds of a cross-validation';
  if (!sources.has('test')) return `Held out: ${folds}`;
  return sources.has('folds')
    ? `Held out: ${test}; for metrics that it lacks, ${folds}`
    : `Held out: ${test}`;
}

/** The domains whose shares change most. */
function changesSentence(report: MixtureReport): Prose {
  const [prior, proposed] = report.proposal!.compared as [
    ComparedMixture,
    ComparedMixture,
    ...ComparedMixture[],
  ];
  const { domains } = namesIn(report);
  const change = (i: number) => proposed.mixture[i]! - prior.mixture[i]!;
  const largest = domains
    .map((_, i) => i)
    .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)))
    .slice(0, 4);
  const parts = largest.map(
    (i) =>
      prose`${user(domains[i]!)} ${percent(proposed.mixture[i]!)} (${signed(100 * change(i), 1)} points)`,
  );
  return prose`${parts.flatMap((part, i): Prose => (i === 0 ? part : [', ', ...part]))}; points are those gained on the prior.`;
}

/** What names are shown without; nothing where they are shown whole. */
export function namesSentence(report: MixtureReport): Prose {
  const { without } = namesIn(report);
  const parts = (['domains', 'metrics'] as const).flatMap((what): Prose => {
    const { begin, end } = without[what];
    const left = [begin, end].filter((text) => text !== '');
    return left.length === 0 ? [] : prose`${what} without ${listed(left)}, `;
  });
  return parts.length === 0
    ? []
    : prose`Names are shown shorter than the columns that they are: ${parts.slice(0, -1)}.`;
}
