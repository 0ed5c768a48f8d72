/** The numbers behind the figures of mixtures. */
import type { ComparedMixture, FitExamination, MixtureReport, ParetoFront } from '../../mixture/index.js';
import { decimals, percent, signed } from '../format.js';
import { user } from '../prose.js';
import { cell, left, right, type Table } from '../tables/table.js';
import { domainOrder, namesIn } from './view.js';

/** Every share, beside the bounds that the proposal was searched in. */
export function shareRows(report: MixtureReport): Table {
  const { compared, limits } = report.proposal!;
  const { domains } = namesIn(report);
  return {
    caption: 'Share of tokens by domain',
    columns: [
      left('Domain'),
      ...compared.map(({ name }) => right(user(name))),
      right('Least allowed'),
      right('Most allowed'),
    ],
    rows: domainOrder(report).map((domain) => [
      cell([user(domains[domain]!)]),
      ...compared.map(({ mixture }, i) => cell(percent(mixture[domain]!, 2), { strong: i === 1 })),
      cell(percent(limits.lower[domain]!, 2)),
      cell(percent(limits.upper[domain]!, 2)),
    ]),
  };
}

/** What fits predict of each mixture, and how far it is from what they know. */
export function comparedRows(report: MixtureReport): Table {
  const { compared } = report.proposal!;
  const { metrics } = namesIn(report);
  return {
    caption: 'Mixtures under the fit',
    columns: [
      left('Mixture'),
      ...report.fits.map(({ name }) => right(user(metrics.get(name)!))),
      right('Gain over the prior'),
      right('KL to the prior, nats'),
      right('Tokens away from a trained mixture'),
    ],
    rows: compared.map((each, i) => [
      cell([user(each.name)], { strong: i === 1 }),
      ...report.fits.map(({ name }) => predictedCell(each, name)),
      i === 0 ? cell('') : gainCell(each),
      cell(each.divergence === null ? '∞' : decimals(each.divergence, 3)),
      cell(range(each.distances.map(({ nearest }) => nearest))),
    ]),
  };
}

function predictedCell({ predicted }: ComparedMixture, metric: string) {
  const known = predicted?.find((each) => each.metric === metric);
  if (known === undefined) return cell('–');
  const detail = known.standardError === undefined ? {} : { detail: `± ${decimals(known.standardError)}` };
  return cell(decimals(known.value), detail);
}

function gainCell({ gain }: ComparedMixture) {
  if (gain === undefined) return cell('–');
  return cell(
    signed(gain.estimate),
    gain.low === undefined ? {} : { detail: `[${signed(gain.low)}, ${signed(gain.high!)}]` },
  );
}

/** `12.3 %`, or `8 % to 40 %` of several stages. */
export function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.length === 1 ? percent(least) : `${percent(least)} to ${percent(most)}`;
}

export function judgementRows(report: MixtureReport): Table {
  const { fits, testRuns } = report;
  const { metrics } = namesIn(report);
  const sources = testRuns > 0 ? (['test', 'folds'] as const) : (['folds'] as const);
  return {
    caption: 'How well held-out runs are predicted',
    columns: [
      left('Metric'),
      ...sources.flatMap((source) =>
        ['Spearman', 'RMSE', 'in 95 %'].map((title) => right(`${title}, ${source}`)),
      ),
    ],
    rows: fits.map(({ name, heldOut }) => [
      cell([user(metrics.get(name)!)]),
      ...sources.flatMap((source) => {
        const its = heldOut.find((each) => each.source === source);
        const shown = (value: number | null | undefined, digits: number) =>
          cell(value === undefined || value === null ? '–' : decimals(value, digits));
        const coverage = its?.coverage;
        return [
          shown(its?.spearman, 4),
          shown(its?.rmse, 4),
          cell(coverage === undefined ? '–' : percent(coverage)),
        ];
      }),
    ]),
  };
}

export function importanceRows(report: MixtureReport, fits: readonly FitExamination[]): Table {
  const { domains, metrics } = namesIn(report);
  return {
    caption: 'Permutation importance',
    columns: [left('Domain'), ...fits.map(({ name }) => right(user(metrics.get(name)!)))],
    rows: domainOrder(report).map((domain) => [
      cell([user(domains[domain]!)]),
      ...fits.map(({ importance }) => cell(signed(importance![domain]!))),
    ]),
  };
}

export function stageRows(report: MixtureReport, { name, stages }: ComparedMixture): Table {
  const { domains } = namesIn(report);
  return {
    caption: `Shares of tokens in each stage of ${name}`,
    columns: [
      left('Domain'),
      ...stages!.map(({ share }, i) => right(`Stage ${i + 1} (${percent(share, 0)})`)),
    ],
    rows: domains.flatMap((domain, d) =>
      stages!.some(({ mixture }) => mixture[d]! > 0)
        ? [[cell([user(domain)]), ...stages!.map(({ mixture }) => cell(percent(mixture[d]!, 2)))]]
        : [],
    ),
  };
}

export function frontRows(report: MixtureReport, { first, second, points }: ParetoFront): Table {
  const { domains, metrics } = namesIn(report);
  return {
    caption: 'Points of the Pareto front',
    columns: [
      right(user(metrics.get(first) ?? first)),
      right(user(metrics.get(second) ?? second)),
      ...domains.map((domain) => right(user(domain))),
    ],
    rows: points.map((point) => [
      cell(decimals(point.first)),
      cell(decimals(point.second)),
      ...point.mixture.map((share) => cell(percent(share))),
    ]),
  };
}
