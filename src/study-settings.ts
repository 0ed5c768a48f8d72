/**
 * The settings of a study: each model in each way that it is trained. A setting is fitted to the data, gets a learning
 * rate, and becomes one run folder a recipe and seed.
 */
import { basename, relative } from 'node:path';
import { freezeThreads } from './executor/index.js';
import { buildModel, countParameters, flopsPerToken, type Model } from './model/index.js';
import { type DocumentOrder, orderRecipes, resolveRecipes, type Selections } from './recipe/index.js';
import type {
  ComparedSetting,
  Evaluation,
  ProxySpec,
  RateChoice,
  Recipe,
  RunResult,
  Study,
} from './records.js';
import { type RateOptions, withLearningRate } from './study-rate.js';
import type { TokenizedStudy } from './tokens/index.js';
import { planSteps, prepareRun, readRunResult, resolveMicroBatch } from './train/index.js';
import { type DomainInput, evaluationBudget, writeEvaluation } from './validation/index.js';

/** What of the data every setting is fitted to. */
export interface SettingData {
  /** Path of a folder of results. */
  folder: (name: string) => string;
  tokenizer: TokenizedStudy['tokenizer'];
  sources: TokenizedStudy['sources'];
  selections: Selections;
  domains: DomainInput[];
}

/** A model that has met the data: the length of its runs, what they are judged on, and the windows of each recipe. */
export interface FittedModel {
  model: Model;
  steps: number;
  evaluateEvery: number;
  evaluation: { folder: string; evaluation: Evaluation };
  /** Validation tokens of a domain, at most. */
  evaluationTokens: number;
  recipes: Recipe[];
}

/** One model in one way of training it. */
export interface Setting extends FittedModel {
  spec: ProxySpec;
  role: 'proxy' | 'target';
  /** Why this rate, when the study says `tiny`. */
  choice?: RateChoice;
}

/**
 * @param evaluationTokens of the first setting, so that all are judged on the same documents
 * @throws AssayError (exit code data) when a recipe holds too few tokens
 */
export async function fitModel(
  study: Study,
  spec: ProxySpec<unknown>,
  { folder, tokenizer, selections, domains }: SettingData,
  evaluationTokens?: number,
): Promise<FittedModel> {
  // The size of a run follows from the model and the token budget; it is the same for every recipe.
  const { vocabularySize, endOfText, tokenByteLengths } = tokenizer;
  const { batch, context } = spec;
  const model = buildModel(spec.model, { vocabularySize, context });
  const { steps, evaluateEvery } = planSteps(spec, countParameters(model));

  // The same fixed windows judge every run, and cost a small share of what training costs.
  const budgetTokens =
    spec.evaluationTokens ??
    evaluationTokens ??
    evaluationBudget({
      trainTokens: steps * batch * context,
      evaluations: 1 + Math.ceil(steps / evaluateEvery),
      domains: domains.length,
    });
  const evaluation = await writeEvaluation(folder('evaluation'), domains, {
    ...{ context, budgetTokens, endOfText, tokenByteLengths },
  });

  // Shares of tokens become whole windows, or an error says which source lacks how many.
  const available = mapValues(selections, (chosen) => mapValues(chosen, ({ tokens }) => tokens));
  const recipes = resolveRecipes(study.recipes, available, steps * batch, context, selections, batch);
  return { model, steps, evaluateEvery, evaluation, evaluationTokens: budgetTokens, recipes };
}

/**
 * A setting beside the first one, fitted to the data and with a number for its rate.
 * @throws AssayError as `fitModel` and `withLearningRate`
 */
export async function fitSetting(
  study: Study,
  { role, ...spec }: ComparedSetting,
  data: SettingData & FittedModel,
  options: RateOptions & { train?: boolean },
): Promise<Setting> {
  const fitted = await fitModel(study, spec, data, data.evaluationTokens);
  const folder = `rate-${spec.name}`;
  const rated = await withLearningRate(
    { ...study, proxy: spec },
    { ...data, ...fitted },
    { ...options, folder },
  );
  return { ...fitted, spec: rated.study.proxy, role, ...(rated.choice && { choice: rated.choice }) };
}

/** A run of a setting: its folder, and what its recipe and seed are. */
export interface SettingRun {
  folder: string;
  recipe: string;
  seed: number;
}

/** Where documents stand, by recipe and seed: the same for all settings that order them alike. */
type Orders = Record<string, Record<string, DocumentOrder>[]>;

/** The document orders of a study; each is written once. */
export function studyOrders(
  study: Study,
  data: SettingData,
  signal?: AbortSignal,
): (setting: Setting) => Promise<Orders> {
  const written = new Map<string, Promise<Orders>>();
  return ({ spec: { order, seeds }, recipes }) => {
    const key = `${order} ${seeds}`;
    const orders =
      written.get(key) ??
      orderRecipes({
        folder: data.folder('orders'),
        recipes,
        parts: study.parts,
        selections: data.selections,
        sources: data.sources,
        seeds,
        order,
        ...(signal && { signal }),
      });
    written.set(key, orders);
    return orders;
  };
}

/** Threads decide bits: they are chosen once, so that a recipe added later leaves the other runs as they are. */
export function settingThreads(
  { run }: Study,
  { tokenizer }: SettingData,
  { spec, model }: Setting,
  runs: number,
) {
  return freezeThreads({
    output: run.output,
    shape: {
      model: spec.model,
      vocabularySize: tokenizer.vocabularySize,
      context: spec.context,
      batch: spec.batch,
      microBatch: resolveMicroBatch(model, spec),
    },
    runs,
    workers: run.workers,
    threads: run.threads,
  });
}

/**
 * A run is a folder that holds all an engine needs. Recipes of one seed share initial weights and document order.
 * @param threads of each run
 */
export async function prepareSetting(
  study: Study,
  data: SettingData,
  setting: Setting,
  orders: Orders,
  threads: number,
  signal?: AbortSignal,
): Promise<SettingRun[]> {
  const { name, run, engine } = study;
  const { spec, recipes, model, steps, evaluateEvery } = setting;
  const runs: SettingRun[] = [];
  for (const recipe of recipes) {
    for (let seed = 0; seed < spec.seeds; seed++) {
      signal?.throwIfAborted();
      const sources = mapValues(orders[recipe.name]![seed]!, (order, part) => {
        return { order, store: data.sources[study.parts[part]?.of ?? part]!.store };
      });
      const folder = await prepareRun({
        study: { name, proxy: spec, run, engine },
        output: run.output,
        recipe,
        seed,
        model,
        steps,
        evaluateEvery,
        threads,
        tokenizer: data.tokenizer,
        sources,
        evaluationFolder: setting.evaluation.folder,
      });
      runs.push({ folder, recipe: recipe.name, seed });
    }
  }
  return runs;
}

/** What a setting has reached: its results, and the runs that have none yet. */
export interface SettingOutcome {
  results: (RunResult & { folder: string })[];
  unfinished: { id: string; recipe: string; seed: number; folder: string }[];
}

/** @param output folder of results, which folders of runs are given relative to */
export async function readSetting(runs: readonly SettingRun[], output: string): Promise<SettingOutcome> {
  const outcome: SettingOutcome = { results: [], unfinished: [] };
  for (const { folder: path, recipe, seed } of runs) {
    const result = await readRunResult(path);
    const folder = relative(output, path);
    if (result === undefined) outcome.unfinished.push({ id: basename(path), recipe, seed, folder });
    else outcome.results.push({ ...result, folder });
  }
  return outcome;
}

/** What the runs of settings have cost. */
export function costOf(
  settings: readonly { model: Model; threads: number; results: readonly RunResult[] }[],
) {
  const sumOf = (of: (setting: (typeof settings)[number], result: RunResult) => number): number =>
    settings.reduce((all, each) => all + each.results.reduce((sum, result) => sum + of(each, result), 0), 0);
  return {
    runs: sumOf(() => 1),
    tokens: sumOf((_, { tokens }) => tokens),
    flops: sumOf(({ model }, { tokens }) => tokens * flopsPerToken(model)),
    cpuSeconds: sumOf(({ threads }, { seconds }) => seconds * threads),
  };
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
