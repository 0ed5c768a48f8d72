/** The runs of a setting: one folder a recipe and seed, prepared, and read when they have ended. */
import { basename, relative } from 'node:path';
import { freezeThreads } from './executor/index.js';
import { mapValues } from './map-values.js';
import { flopsPerToken, type Model } from './model/index.js';
import { type DocumentOrder, orderRecipes } from './recipe/index.js';
import type { ComparedRuns, Report, RunResult, Study } from './records.js';
import { sum } from './stats/index.js';
import type { Setting, SettingData } from './study-settings.js';
import { engineOfRole, prepareRun, readProgress, readRunResult, resolveMicroBatch } from './train/index.js';

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

/**
 * Threads decide bits: they are chosen once, so that a recipe added later leaves the other runs as they are; and for each
 * setting alone, so that another model does so too.
 */
export function settingThreads(
  { run }: Study,
  { tokenizer }: SettingData,
  { spec, model, recipes }: Setting,
): Promise<number> {
  return freezeThreads({
    output: run.output,
    shape: {
      model: spec.model,
      vocabularySize: tokenizer.vocabularySize,
      context: spec.context,
      batch: spec.batch,
      microBatch: resolveMicroBatch(model, spec),
    },
    runs: recipes.length * spec.seeds,
    workers: run.workers,
    threads: run.threads,
  });
}

/**
 * A run is a folder that holds all an engine needs. Recipes of one seed share initial weights and document order.
 * @param threads of each run
 * @param options.online phases are appended while the runs train
 */
export async function prepareSetting(
  study: Study,
  data: SettingData,
  setting: Setting,
  orders: Orders,
  threads: number,
  { signal, online = false }: { signal?: AbortSignal; online?: boolean } = {},
): Promise<SettingRun[]> {
  const { name, run } = study;
  const { spec, recipes, model, steps, evaluateEvery } = setting;
  const engine = engineOfRole(study.engine, setting.role);
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
        online,
      });
      runs.push({ folder, recipe: recipe.name, seed });
    }
  }
  return runs;
}

/** What a setting has reached: its results, and the runs that have none yet. */
export interface SettingOutcome {
  results: (RunResult & { folder: string })[];
  /** `tokens`: trained on so far. */
  unfinished: { id: string; recipe: string; seed: number; folder: string; tokens: number }[];
}

/** @param output folder of results, which folders of runs are given relative to */
export async function readSetting(
  { runs, spec }: Pick<Setting, 'spec'> & { runs: readonly SettingRun[] },
  output: string,
): Promise<SettingOutcome> {
  const outcome: SettingOutcome = { results: [], unfinished: [] };
  for (const { folder: path, recipe, seed } of runs) {
    const result = await readRunResult(path);
    const folder = relative(output, path);
    if (result !== undefined) outcome.results.push({ ...result, folder });
    else {
      const tokens = readProgress(path).step * spec.batch * spec.context;
      outcome.unfinished.push({ id: basename(path), recipe, seed, folder, tokens });
    }
  }
  return outcome;
}

/** The runs of a setting that the ranking is compared with, counted. */
export function countRuns({ spec, role, results, unfinished }: Setting & SettingOutcome): ComparedRuns {
  const bad = results.filter(({ failure, diverged }) => failure !== undefined && !diverged);
  return {
    ...{ model: spec.name, role, learningRate: spec.learningRate },
    runs: results.length + unfinished.length,
    diverged: results.filter(({ diverged }) => diverged).length,
    failed: bad.map(({ id, failure }) => ({ id, reason: failure! })),
    unfinished: unfinished.length,
  };
}

/** What the runs of settings have cost so far; the time of runs that have not ended is not known. */
export function costOf(
  settings: readonly (SettingOutcome & { model: Model; threads: number })[],
): Report['cost'] {
  const trained = settings.map(({ model, threads, results, unfinished }) => {
    const tokens = sum([...results, ...unfinished].map((run) => run.tokens));
    const cpuSeconds = threads * sum(results.map(({ seconds }) => seconds));
    return { runs: results.length, tokens, flops: tokens * flopsPerToken(model), cpuSeconds };
  });
  const total = (of: (cost: Report['cost']) => number) => sum(trained.map(of));
  return {
    runs: total(({ runs }) => runs),
    tokens: total(({ tokens }) => tokens),
    flops: total(({ flops }) => flops),
    cpuSeconds: total(({ cpuSeconds }) => cpuSeconds),
  };
}
