/** Which models of a study are compared, and how: every proxy with every target, or proxies with each other. */
import type { Random } from '../../random.js';
import type { TransferAnalysis } from '../../records.js';
import { analyseTransfer } from './analyse.js';
import { ownRuns, type SettingResults } from './own-runs.js';

/**
 * Without a target, the first proxy is compared with each of the others, and alone in several settings with itself tuned.
 * @param settings of the study, the first proxy's own first
 * @returns nothing for a study of one setting; a recipe counts when the target has been trained on it in
 *   every setting, and models with fewer than two such recipes in common are not compared
 */
export function ownTransfers(
  settings: readonly (SettingResults & { role: 'proxy' | 'target' })[],
  weights: Readonly<Record<string, number>>,
  random: Random,
): TransferAnalysis[] {
  const ended = settings.filter(({ results }) => results.length > 0);
  if (ended.length < 2) return [];
  const trained = ownRuns(ended, weights);
  return pairsOf(settings).flatMap(([proxy, target]) => {
    const runsOf = (model: string) => settings.filter(({ spec }) => spec.name === model);
    // Half a sweep would tune some recipes and not others.
    const tuned = runsOf(target).map(({ results }) => recipesOf(results));
    const whole = [...(tuned[0] ?? [])].filter((recipe) => tuned.every((recipes) => recipes.has(recipe)));
    const ranked = new Set(runsOf(proxy).flatMap(({ results }) => [...recipesOf(results)]));
    if (whole.filter((recipe) => ranked.has(recipe)).length < 2) return [];
    const runs = trained.runs.filter(({ model, recipe }) =>
      model === target ? whole.includes(recipe) : model === proxy,
    );
    return analyseTransfer({ ...trained, runs }, { proxy, target, random: random.split(proxy, target) });
  });
}

/** Recipes with a run that ended in a loss, or in none because it diverged. */
function recipesOf(results: SettingResults['results']): Set<string> {
  return new Set(
    results.flatMap(({ recipe, failure, diverged }) => (failure === undefined || diverged ? recipe : [])),
  );
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
