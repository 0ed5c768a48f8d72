/**
 * The journey of `assay steer run`: a study's proxy is trained on the mixtures that a controller chooses by the run's own
 * losses. It goes on from `prepareData`; killed anywhere, the same command goes on, since a controller keeps its answers.
 */
import { basename, join, resolve } from 'node:path';
import { AssayError, ExitCode } from './errors.js';
import { runLocally } from './executor/index.js';
import { type Controller, copyController, openController, type SteerAnswer } from './mixture/index.js';
import { readPlan } from './recipe/index.js';
import type { RunResult, Study } from './records.js';
import { prepareData } from './study.js';
import { type StudyListener, silentListener } from './study-listener.js';
import { withLearningRate } from './study-rate.js';
import { prepareSetting, settingThreads, studyOrders } from './study-runs.js';
import type { Setting } from './study-settings.js';
import { appendPhase, readEvaluations, readProgress, readRunResult } from './train/index.js';

export interface SteerRunOptions {
  /** Folder, as `assay steer plan` makes it; it stays as it is. */
  controller: string;
  /** Its sources are the controller's domains; its shares say nothing. Default: the study's only recipe. */
  recipe?: string;
  signal?: AbortSignal;
  listener?: StudyListener;
}

/** A run that has ended, and what its controller said at each stage. */
export interface SteeredRun {
  id: string;
  seed: number;
  folder: string;
  answers: SteerAnswer[];
  result: RunResult;
}

/**
 * Trains every seed of the study's proxy, each with a journal of its own in `steered/` of the results.
 *
 * @throws AssayError where recipe and controller name other domains or losses, where no validation stands where a stage
 *   begins, and as `prepareData` and `runLocally`
 */
export async function runSteered(asked: Study, options: SteerRunOptions): Promise<SteeredRun[]> {
  const { signal, listener = silentListener } = options;
  const { spec, hash } = openController(resolve(options.controller));

  // The recipe says which documents there are of each domain.
  const name = recipeOf(asked, options.recipe);
  const named = `${name}-${hash.slice(0, 8)}`;
  const recipes = { [named]: asked.recipes[name]! };
  requireSame('domains', name, Object.keys(recipes[named]!.sources), spec.model.domains);
  requireSame('losses', 'validate', Object.keys(asked.validate), spec.model.metrics);
  const data = await prepareData({ ...asked, recipes, compared: [] }, options);
  const { study } = await withLearningRate(data.study, data, options);
  const setting: Setting = { ...data, spec: study.proxy, role: 'proxy' };
  requireValidations(setting, spec.model.boundaries);

  // Runs whose phases are appended, each with the same controller and a journal of its own.
  const orders = await studyOrders(study, data, signal)(setting);
  const threads = await settingThreads(study, data, setting);
  const runs = await prepareSetting(study, data, setting, orders, threads, {
    online: true,
    ...(signal && { signal }),
  });
  const controllers: Controller[] = [];
  for (const { folder } of runs) {
    const own = join(study.run.output, 'steered', basename(folder));
    await copyController(resolve(options.controller), own);
    controllers.push(openController(own));
  }

  // Stage by stage: losses, mixture, training.
  const folders = runs.map(({ folder }) => folder);
  const { workers, checkpointSeconds } = study.run;
  const train = () =>
    runLocally({
      ...{ folders, checkpointSeconds, until: setting.steps },
      ...(workers !== undefined && { workers }),
      ...(signal && { signal }),
      onProgress: (progress) => listener.training(progress),
      onNotice: (message) => listener.notice(message),
    });
  const ends = spec.model.boundaries.slice(1).map((end) => Math.round(end * setting.steps));
  // To where the next stage begins; before the first one only the validation is taken. A run whose process died may lag
  // behind the others, and is tried again for as long as one of them goes on.
  for (;;) {
    await train();
    const entered: number[] = [];
    for (const [i, folder] of folders.entries())
      entered.push(...(await enterStage(folder, controllers[i]!, ends)));
    if (entered.length === 0) break;
    const stage = Math.max(...entered);
    listener.stage(`stage ${stage + 1} of ${ends.length}: to step ${ends[stage]} of ${setting.steps}`);
  }
  return Promise.all(
    runs.map(async ({ folder, seed }, i) => ({
      ...{ id: basename(folder), seed, folder },
      answers: controllers[i]!.entries().map(({ answer }) => answer),
      result: (await readRunResult(folder)) ?? unfinished(folder),
    })),
  );
}

function unfinished(folder: string): never {
  throw new AssayError(`run ${basename(folder)}`, `not finished after step ${readProgress(folder).step}`, {
    fix: 'Run the same command again to go on from here.',
    exitCode: ExitCode.interrupted,
  });
}

/**
 * Appends the phase of the next stage when the run has come to it; a run that failed stays.
 * @returns the stage, if it was entered
 */
async function enterStage(
  folder: string,
  controller: Controller,
  ends: readonly number[],
): Promise<number[]> {
  const { phases, hash } = readPlan(folder);
  const stage = phases.length;
  const begin = ends[stage - 1] ?? 0;
  const { step, status } = readProgress(folder);
  if (stage === ends.length || status === 'failed' || step < begin) return [];
  const evaluation = readEvaluations(folder).find((each) => each.step === begin);
  if (evaluation === undefined) return [];
  const lossNats = Object.fromEntries(
    Object.entries(evaluation.domains).map(([domain, loss]) => [domain, loss.lossNats]),
  );
  const { mixture } = controller.next({ stage, losses: lossNats });
  await appendPhase(folder, mixture, ends[stage]! - begin, {
    after: phases.at(-1)?.hash ?? hash,
    observed: { step: begin, lossNats },
  });
  return [stage];
}

function recipeOf({ recipes }: Study, asked: string | undefined): string {
  const names = Object.keys(recipes);
  const name = asked ?? (names.length === 1 ? names[0]! : undefined);
  if (name !== undefined && Object.hasOwn(recipes, name)) return name;
  throw new AssayError('--recipe', name === undefined ? 'is needed' : `no recipe is named "${name}"`, {
    expected: `one of ${names.join(', ')}`,
    exitCode: ExitCode.usage,
  });
}

function requireSame(what: string, where: string, got: readonly string[], expected: readonly string[]): void {
  if (got.length === expected.length && expected.every((each) => got.includes(each))) return;
  throw new AssayError(where, `other ${what} than those of the controller`, {
    expected: expected.join(', '),
    got: got.join(', '),
    exitCode: ExitCode.study,
  });
}

/** A mixture is chosen by losses where its stage begins, so they must be measured there. */
function requireValidations({ steps, evaluateEvery }: Setting, boundaries: readonly number[]): void {
  const begins = boundaries.slice(0, -1).map((begin) => Math.round(begin * steps));
  const missed = begins.find((step) => step % evaluateEvery !== 0);
  if (missed === undefined) return;
  throw new AssayError('proxy.evaluateEvery', 'no validation where a stage begins', {
    expected: `a divisor of ${begins.filter((step) => step > 0).join(', ')} (of ${steps} steps)`,
    got: String(evaluateEvery),
    exitCode: ExitCode.study,
  });
}
