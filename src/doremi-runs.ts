/** What a round of DoReMi is made of: mixtures of its domains as recipes, as run folders, and trained plainly. */
import { AssayError, ExitCode } from './errors.js';
import { type LocalOptions, runLocally } from './executor/index.js';
import { mapValues } from './map-values.js';
import type { DoremiOptions } from './mixture/index.js';
import { resolveRecipes } from './recipe/index.js';
import type { ProxySpec, Recipe, Study } from './records.js';
import type { StudyData } from './study.js';
import type { StudyListener } from './study-listener.js';
import { prepareSetting, type SettingRun, settingThreads, studyOrders } from './study-runs.js';
import type { Setting } from './study-settings.js';

/** Shares of tokens by domain. */
export type Shares = Record<string, number>;

/** What stays the same from round to round. */
export interface DoremiProblem {
  study: Study<number>;
  data: StudyData;
  /** Meets the data of all domains; its selection of documents holds for every round. */
  reference: Recipe;
  options: DoremiOptions;
  listener: StudyListener;
  signal?: AbortSignal;
}

/** A recipe of these shares; windows repeat as often as the shares ask for. */
export function mixed({ study, data, reference }: DoremiProblem, name: string, shares: Shares): Recipe {
  const { batch, context } = study.proxy;
  const windows = data.steps * batch;
  const tokens = mapValues(data.selections[reference.name]!, (selection) => selection.tokens);
  const sources = Object.fromEntries(
    reference.sources.map(({ source, availableWindows }) => {
      const repeat = Math.max(1, Math.ceil(windows / Math.max(1, availableWindows)));
      return [source, { weight: shares[source]!, repeat, where: [] }];
    }),
  );
  return resolveRecipes({ [name]: { kind: 'shares', sources } }, { [name]: tokens }, windows, context)[0]!;
}

/** Run folders of a recipe, one a seed. */
export async function prepareRecipe(
  { study, data, reference, signal }: DoremiProblem,
  recipe: Recipe,
  order: ProxySpec['order'],
  output: string,
): Promise<SettingRun[]> {
  const selections = { ...data.selections, [recipe.name]: data.selections[reference.name]! };
  const spec = { ...study.proxy, order };
  const setting: Setting = { ...data, spec, role: 'proxy', recipes: [recipe] };
  // As `assay run` would choose them, so that both make the same bits whichever comes first.
  const { recipes } = data;
  const whole = { ...setting, recipes, spec: { ...spec, seeds: data.study.proxy.seeds } };
  const threads = await settingThreads(study, data, whole);
  const orders = await studyOrders(study, { ...data, selections }, signal)(setting);
  const there = { ...study, run: { ...study.run, output } };
  return prepareSetting(there, data, setting, orders, threads, signal && { signal });
}

/** @throws AssayError when a run fails */
export async function trainPlainly(
  { study, listener, signal }: DoremiProblem,
  runs: readonly SettingRun[],
): Promise<void> {
  const { workers, checkpointSeconds } = study.run;
  const local: LocalOptions = {
    folders: runs.map(({ folder }) => folder),
    ...(workers === undefined ? {} : { workers }),
    ...(signal && { signal }),
    checkpointSeconds,
    onProgress: (progress) => listener.training(progress),
    onNotice: (message) => listener.notice(message),
  };
  for (const outcome of await runLocally(local))
    if (outcome.status === 'failed')
      throw new AssayError('reference model', 'failed', {
        got: outcome.reason,
        exitCode: ExitCode.runsFailed,
      });
}

/** Says which domains a run meets more than once. */
export function noticeRepeats({ sources }: Recipe, listener: StudyListener): void {
  for (const { source, windows, availableWindows } of sources)
    if (windows > availableWindows) {
      const times = (windows / availableWindows).toPrecision(2);
      listener.notice(`DoReMi: batches hold each window of "${source}" ${times} times on average`);
    }
}
