/** Which models of a study are compared, and how: every proxy with every target, or proxies with each other. */
import type { Random } from '../../random.js';
import type { TransferAnalysis } from '../../records.js';
import { analyseTransfer } from './analyse.js';
import { ownRuns, type SettingResults } from './own-runs.js';

/**
 * Without a target, the first proxy is compared with each of the others, and alone in several settings with itself tuned.
 * @param settings of the study, the first proxy's own first
 * @returns nothing for a study of one setting; models that share fewer than two recipes with a finished run are left out
 */
export function ownTransfers(
  settings: readonly (SettingResults & { role: 'proxy' | 'target' })[],
  weights: Readonly<Record<string, number>>,
  random: Random,
): TransferAnalysis[] {
  const ended = settings.filter(({ results }) => results.length > 0);
  if (ended.length < 2) return [];
  const trained = ownRuns(ended, weights);
  return pairsOf(ended).flatMap(([proxy, target]) => {
    const [a, b] = [proxy, target].map((name) =>
      recipesOf(ended.filter(({ spec }) => spec.name === name).flatMap(({ results }) => results)),
    ) as [Set<string>, Set<string>];
    if ([...a].filter((recipe) => b.has(recipe)).length < 2) return [];
    return analyseTransfer(trained, { proxy, target, random: random.split(proxy, target) });
  });
}

function recipesOf(results: SettingResults['results']): Set<string> {
  return new Set(results.flatMap(({ recipe, failure }) => (failure === undefined ? recipe : [])));
}

function pairsOf(settings: readonly (SettingResults & { role: 'proxy' | 'target' })[]): [string, string][] {
  const named = (role: 'proxy' | 'target') => [
    ...new Set(settings.flatMap((setting) => (setting.role === role ? setting.spec.name : []))),
  ];
  const [proxies, targets] = [named('proxy'), named('target')];
  if (targets.length > 0)
    return proxies.flatMap((proxy) => targets.map((target): [string, string] => [proxy, target]));
  const [first, ...others] = proxies as [string, ...string[]];
  return (others.length > 0 ? others : [first]).map((other) => [first, other]);
}
