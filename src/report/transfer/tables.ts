/** Transfer as tables: every setting of the proxy, every metric, every tuned recipe. */
import type { Estimated, ProxySetting, TransferAnalysis } from '../../records.js';
import { count, decimals, hyperparameterText, percent, rateText } from '../format.js';
import { user } from '../prose.js';
import { type Cell, cell, left, right, type Table } from '../tables/table.js';
import { isTuned, targetName } from './kind.js';
import { describeHyperparameters } from './rate-lines.js';

/** The first objective in every setting of the proxy. */
export function settingRows({ settings, objectives }: TransferAnalysis): Table {
  const { name } = objectives[0]!;
  const share = settings.find(({ seedVariance }) => seedVariance?.needed)?.seedVariance?.needed?.pairs.share;
  return {
    caption: 'Settings of the proxy',
    columns: [
      left('Setting'),
      right('Seeds'),
      right('Spearman'),
      right('Kendall'),
      right('Pairs right'),
      ...settings[0]!.transfer[name]!.regret.map(({ k }) => right(`Regret, top ${k}`)),
      right('Settled at'),
      right('Seed noise'),
      ...(share === undefined ? [] : [right(`Seeds for ${percent(share, 0)}`)]),
    ],
    rows: settings.map((setting) => {
      const { spearman, kendall, pairwise, regret } = setting.transfer[name]!;
      const { stability, seedVariance } = setting;
      const [fewest, most] = setting.seeds;
      return [
        cell([user(settingName(setting, settings))]),
        cell(fewest === most ? String(most) : `${fewest} to ${most}`),
        estimate(spearman, 2),
        estimate(kendall, 2),
        estimate(pairwise, 2),
        ...regret.map(({ lost }) => estimate(lost, 4)),
        cell(stability === undefined ? '' : percent(stability.settledShare, 0)),
        cell(
          seedVariance === undefined
            ? ''
            : decimals(seedVariance.seedDeviation / seedVariance.recipeDeviation, 2),
        ),
        ...(share === undefined
          ? []
          : [cell(seedVariance?.needed === undefined ? '' : seedsText(seedVariance.needed.pairs.seeds))]),
      ];
    }),
  };
}

/** Spearman by every objective: one row an objective, one column a setting. */
export function objectiveRows(analysis: TransferAnalysis): Table {
  const { settings, objectives } = analysis;
  return {
    caption: `Spearman correlation with the ${targetName(analysis)} by domain and benchmark`,
    columns: [left('Measured on'), ...settings.map((setting) => right(user(settingName(setting, settings))))],
    rows: objectives.map(({ name }) => [
      cell([user(name)]),
      ...settings.map(({ transfer }) => estimate(transfer[name]!.spearman, 2)),
    ]),
  };
}

/** What predicts the target's first objective: one row an objective of the proxy, one column a setting. */
export function predictorRows(analysis: TransferAnalysis): Table {
  const { settings, objectives } = analysis;
  return {
    caption: `Spearman correlation of each metric of the proxy with ${objectives[0]!.name} of the ${targetName(analysis)}`,
    columns: [
      left('Proxy ranked by'),
      ...settings.map((setting) => right(user(settingName(setting, settings)))),
    ],
    rows: objectives.map(({ name }) => [
      cell([user(name)]),
      ...settings.map(({ predicts }) => cell(decimals(predicts[name]!, 2))),
    ]),
  };
}

/** Each recipe's best setting of the target. */
export function tunedRows(analysis: TransferAnalysis): Table {
  const { tuned, objectives } = analysis;
  const { name } = objectives[0]!;
  return {
    caption: isTuned(analysis) ? 'Tuned target' : 'Target',
    columns: [left('Recipe'), right(user(name)), left('Best at'), right('Settings'), left('')],
    rows: tuned.map(({ recipe, values, hyperparameters, settings, atEdge }) => [
      cell([user(recipe)]),
      cell(decimals(values[name] ?? Number.NaN)),
      cell([user(allHyperparameters(hyperparameters))]),
      cell(count(settings)),
      cell(
        atEdge
          .map(
            ({ hyperparameter, side }) => `${side === 'low' ? 'lowest' : 'highest'} ${hyperparameter} tried`,
          )
          .join(', '),
      ),
    ]),
  };
}

/** The learning rate and what else differs between settings; `default` where nothing is known. */
export function settingName(setting: ProxySetting, among: readonly ProxySetting[]): string {
  const rate = setting.hyperparameters.learningRate;
  const others = describeHyperparameters(setting, among);
  return (
    [rate === undefined ? '' : rateText(rate), others].filter((part) => part !== '').join(', ') || 'default'
  );
}

function allHyperparameters(hyperparameters: Record<string, number>): string {
  return Object.entries(hyperparameters)
    .map(([name, value]) => `${name} ${hyperparameterText(name, value)}`)
    .join(', ');
}

function estimate({ value, interval }: Estimated, digits: number): Cell {
  if (interval === undefined) return cell(decimals(value, digits));
  return cell(decimals(value, digits), {
    detail: `${decimals(interval.low, digits)} to ${decimals(interval.high, digits)}`,
  });
}

function seedsText(seeds: number | undefined): string {
  return seeds === undefined ? '> 1,000' : count(seeds);
}
