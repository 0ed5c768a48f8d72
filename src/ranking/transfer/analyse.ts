/** The analysis of transfer in one function: how far a small proxy can be trusted to rank recipes for a tuned target. */
import { AssayError, ExitCode } from '../../errors.js';
import type { Random } from '../../random.js';
import type { ProxySetting, TransferAnalysis, TunedRecipe } from '../../records.js';
import { didYouMean } from '../../suggest.js';
import { type CompareOptions, compareToTarget } from './compare.js';
import { finalCosts, inUnits, type SeedCosts } from './final-costs.js';
import { flippedPair } from './flip.js';
import { type Objective, objectivesOf } from './objective.js';
import { heatMap, rateCurves } from './rates.js';
import type { TrainedRuns } from './runs.js';
import { seedVariance } from './seed-variance.js';
import { type Setting, settingsOf } from './settings.js';
import { correlationOfShared } from './shared-recipes.js';
import { rankStability } from './stability.js';
import { type Tuned, tuneRecipes } from './tune.js';

export interface TransferOptions {
  /** Model that recipes are ranked by. */
  proxy: string;
  /** Model that the recipes are meant for. The same as `proxy` compares its rates with its own tuned runs. */
  target: string;
  random: Random;
  /** Share of an interval; default 0.95. */
  confidence?: number;
  /** Bootstrap draws of an interval; default 1,000. */
  draws?: number;
  /**
   * `once`: the target is tuned by the first objective, and its other objectives are those of the run so chosen, as in
   * arXiv 2512.24503. `each`: the target is tuned for each objective anew. Default `once`.
   */
  tune?: 'once' | 'each';
}

/** @throws AssayError for a model without runs, or with fewer than two recipes in common */
export function analyseTransfer(trained: TrainedRuns, options: TransferOptions): TransferAnalysis {
  const { proxy, target, random, confidence = 0.95, draws = 1000, tune = 'once' } = options;
  const proxySettings = settingsFor('--proxy', trained, proxy);
  const targetSettings = settingsFor('--target', trained, target);
  const objectives = objectivesOf(trained.metrics);
  const [first] = objectives as [Objective];

  // The truth to compare with: what each recipe reaches when the target is tuned for it.
  const tuned = tuneRecipes(targetSettings, first);
  const targets = objectives.map((objective) =>
    tune === 'each' && objective !== first
      ? withCosts(tuneRecipes(targetSettings, objective), objective)
      : withCosts(tuned, objective),
  );
  const truth = meansOf(targets[0]!);
  const { shared, leftOut } = sharedRecipes(proxySettings, tuned, options);

  // The proxy in each of its settings, by each objective.
  const settings = proxySettings.map((setting, s): ProxySetting => {
    const finals = finalCosts(setting, first);
    const compare = { confidence, draws, random: random.split('setting', s) };
    const costs = objectives.map((objective) =>
      objective === first ? finals : finalCosts(setting, objective),
    );
    const transfer = objectives.map(
      ({ name }, o) => [name, transferOf(costs[o]!, targets[o]!, compare)] as const,
    );
    const predicts = objectives.map(
      ({ name }, o) => [name, correlationOfShared(meansOf(costs[o]!), truth)] as const,
    );
    const seeds = [...finals.values()].map((each) => each.seeds.length);
    const finished = setting.runs.filter(({ recipe, seed }) => finals.get(recipe)?.seeds.includes(seed));
    const stability = rankStability(finished, first, truth);
    const variance = seedVariance(finals, truth, confidence);
    return {
      hyperparameters: setting.hyperparameters,
      seeds: [Math.min(...seeds), Math.max(...seeds)],
      transfer: Object.fromEntries(transfer),
      predicts: Object.fromEntries(predicts),
      ...(stability && { stability }),
      ...(variance && { seedVariance: variance }),
    };
  });

  const flip = flippedPair(proxySettings, first);
  return {
    formatVersion: 1,
    proxy,
    target,
    confidence,
    objectives: objectives.map(({ sign: _, ...summary }) => summary),
    tuned: tunedRecipes(tuned, objectives).filter(({ recipe }) => shared.has(recipe)),
    settings,
    heatMap: heatMap(proxySettings, targetSettings, first),
    curves: { proxy: rateCurves(proxySettings, first), target: rateCurves(targetSettings, first) },
    ...(flip && { flip }),
    leftOut,
    unfinishedRuns: countUnfinished(
      proxy === target ? proxySettings : [...proxySettings, ...targetSettings],
      first,
    ),
  };
}

function settingsFor(flag: string, { runs }: TrainedRuns, model: string): Setting[] {
  const settings = settingsOf(runs, model);
  if (settings.length > 0) return settings;
  const models = [...new Set(runs.map((run) => run.model))];
  const fix = didYouMean(model, models);
  throw new AssayError(`${flag} ${model}`, 'no runs of this model', {
    ...(fix === undefined ? {} : { fix }),
    exitCode: ExitCode.usage,
  });
}

function sharedRecipes(
  proxy: readonly Setting[],
  tuned: ReadonlyMap<string, Tuned>,
  options: TransferOptions,
) {
  const ranked = new Set(proxy.flatMap(({ runs }) => runs.map(({ recipe }) => recipe)));
  const shared = new Set([...tuned.keys()].filter((recipe) => ranked.has(recipe)));
  if (shared.size < 2) {
    throw new AssayError(`${options.proxy} and ${options.target}`, 'cannot be compared', {
      expected: 'two recipes or more that both models were trained on',
      got: String(shared.size),
      fix: 'Recipes are matched by name: map both models to the same names when you import them.',
    });
  }
  const leftOut = [...new Set([...ranked, ...tuned.keys()])].filter((recipe) => !shared.has(recipe));
  return { shared, leftOut };
}

function meansOf(costs: ReadonlyMap<string, SeedCosts>): Map<string, number> {
  return new Map([...costs].map(([recipe, { mean }]) => [recipe, mean]));
}

/** The costs of the tuned target by one objective. */
function withCosts(tuned: ReadonlyMap<string, Tuned>, objective: Objective): Map<string, SeedCosts> {
  const costs = new Map<string, SeedCosts>();
  const bySetting = new Map<Setting, Map<string, SeedCosts>>();
  for (const [recipe, { setting }] of tuned) {
    const finals = bySetting.get(setting) ?? finalCosts(setting, objective);
    bySetting.set(setting, finals);
    const final = finals.get(recipe);
    if (final !== undefined) costs.set(recipe, final);
  }
  return costs;
}

function transferOf(
  proxy: ReadonlyMap<string, SeedCosts>,
  target: ReadonlyMap<string, SeedCosts>,
  options: CompareOptions,
) {
  const recipes = [...target.keys()].filter((recipe) => proxy.has(recipe));
  const of = (costs: ReadonlyMap<string, SeedCosts>) => recipes.map((recipe) => costs.get(recipe)!);
  return compareToTarget(of(proxy), of(target), options);
}

/** Best first. */
function tunedRecipes(tuned: ReadonlyMap<string, Tuned>, objectives: readonly Objective[]): TunedRecipe[] {
  const costs = objectives.map((objective) => withCosts(tuned, objective));
  return [...tuned]
    .sort(([, a], [, b]) => a.final.mean - b.final.mean)
    .map(([recipe, { setting, settings, atEdge }]) => ({
      recipe,
      hyperparameters: setting.hyperparameters,
      settings,
      atEdge,
      values: Object.fromEntries(
        objectives.map((objective, o) => [
          objective.name,
          inUnits(costs[o]!.get(recipe)?.mean ?? Number.NaN, objective),
        ]),
      ),
    }));
}

function countUnfinished(settings: readonly Setting[], objective: Objective): number {
  return settings.reduce((unfinished, setting) => {
    const finals = [...finalCosts(setting, objective).values()];
    return unfinished + setting.runs.length - finals.reduce((sum, { seeds }) => sum + seeds.length, 0);
  }, 0);
}
