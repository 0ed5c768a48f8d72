/**
 * The journey of a study, from raw files to a report. Read this first: each stage is a folder of the same name.
 *
 * Everything that a stage makes lies under the study's output folder, addressed by the hash of what it was made from.
 * So a second call does no work twice, and a call after a crash goes on where the first one ended.
 */
import { join } from 'node:path';
import { count } from './amounts.js';
import { contaminationShares, measureStudy } from './corpus/index.js';
import { readElimination, trainWithElimination } from './elimination-run.js';
import { AssayError, ExitCode } from './errors.js';
import { availableCores, type LocalOptions, runLocally } from './executor/index.js';
import { mapValues } from './map-values.js';
import { countParameters } from './model/index.js';
import { Random } from './random.js';
import { ownTransfers, rank, rankByAlignment, requireNoise } from './ranking/index.js';
import { readFrozenRate } from './rate/index.js';
import { studyEntropies } from './rate-runs.js';
import { selectForRecipes } from './recipe/index.js';
import type { Elimination, ProxySpec, Report, RunSettings, Study } from './records.js';
import { buildReport, type ReportFiles, writeReport } from './report/index.js';
import { makeFolder } from './store/index.js';
import { withBudget } from './study-budget.js';
import { type StudyListener, silentListener } from './study-listener.js';
import { withLearningRate } from './study-rate.js';
import { costOf, countRuns, prepareSetting, readSetting, settingThreads, studyOrders } from './study-runs.js';
import { fitCompared, fitModel, rateSettings, type Setting } from './study-settings.js';
import { studyTokenReader, tokenizeStudy } from './tokens/index.js';
import { resolveEngine } from './train/index.js';
import { countExclusions, heldOutDocuments } from './validation/index.js';
import { assayVersion } from './version.js';

export interface StudyOptions {
  /** Stops reading at the next document, and runs at their next step, with a checkpoint. */
  signal?: AbortSignal;
  listener?: StudyListener;
  /** False: rank what has been trained already. Default true. */
  train?: boolean;
}

export interface StudyOutcome {
  report: Report;
  files: ReportFiles;
}

/** What recipes are made of, and what they are judged by: all that there is before a run. */
export type StudyData = Awaited<ReturnType<typeof prepareData>>;

/**
 * The first half of the journey: from raw files to recipes that have met the data. Nothing is trained.
 *
 * @throws AssayError when the data do not allow the study, or a folder cannot be written
 */
export async function prepareData(asked: Study, options: StudyOptions = {}) {
  const { signal, listener = silentListener } = options;
  const { run, validate, recipes, parts } = asked;
  const started = performance.now();
  const folder = (name: string) => join(run.output, name);
  makeFolder(run.output);

  // Corpus. Each source is read once and every document measured once; all later choices are made on what was measured.
  const tokens = await studyTokenReader(asked);
  const measured = await measureStudy(asked, listener, {
    threads: run.workers ?? availableCores(),
    ...(tokens && { tokens }),
    ...(signal && { signal }),
  });

  // Tokens. Each source becomes a store of tokens, built once for a tokenizer.
  const { tokenizer, sources, validationSources } = await tokenizeStudy(asked, measured, listener, signal);

  // Validation. Some documents are never trained on, nor any copy or near duplicate, in whichever source it lies.
  const tables = mapValues(sources, ({ documents }) => documents);
  const heldOut = heldOutDocuments(
    validate,
    tables,
    mapValues(validationSources, (own) => own.documents),
    await contaminationShares(asked.contamination, sources),
  );

  // The same documents judge every run; how many of them depends on what a run costs.
  const domains = Object.entries(validate).map(([name, spec]) => {
    const { store, documents } = spec.kind === 'holdout' ? sources[spec.of]! : validationSources[name]!;
    return { name, weight: spec.weight, store, documents, rows: heldOut.domains[name]! };
  });

  // Recipes meet the data. Conditions select documents by what was measured, and every document that is dropped has a
  // reason.
  const selections = await selectForRecipes(
    recipes,
    parts,
    mapValues(sources, ({ signals, documents }, source) => ({
      source,
      tables: signals,
      tokens: documents.tokens,
      exclusions: heldOut.exclusions[source]!,
    })),
  );

  // Budget. What a study may spend becomes the size of its runs, once for a folder of results.
  const data = { folder, tokenizer, sources, heldOut, selections, domains };
  const { study, budget } = await withBudget(asked, { ...data, started }, options);

  // The proxy that ranks is fitted to the data: the length of its runs, what they are judged on, whole windows per source.
  const fitted = await fitModel(study, study.proxy, data);
  for (const { name, documents } of fitted.evaluation.evaluation.domains)
    requireNoise(name, study.proxy.seeds, documents.length);

  // Other models are fitted now, too: what they lack is known before anything is trained.
  const compared = await fitCompared(study, data, fitted);
  return { study, ...(budget && { budget }), ...data, ...fitted, compared };
}

/**
 * The whole journey.
 *
 * @throws AssayError as `prepareData`, and when no run finished. A run that fails is in the report; the others go on.
 */
export async function runStudy(asked: Study, options: StudyOptions = {}): Promise<StudyOutcome> {
  const { signal, listener = silentListener, train = true } = options;

  // Engine. What trains has to be there before hours go into the data.
  if (train) await resolveEngine(asked.engine);

  const data = await prepareData(asked, options);

  // The learning rate. `tiny` stands for a number that short runs find, once for a folder of results.
  const { study, choice } = await withLearningRate(data.study, data, options);
  const { proxy, run, eliminate } = study;
  const weights = mapValues(study.validate, ({ weight }) => weight);

  // Settings. The proxy in its own setting decides. In other settings, and beside other proxies and targets, it is seen how
  // far its ranking can be trusted.
  const first: Setting = { ...data, spec: proxy, role: 'proxy', ...(choice && { choice }) };
  const settings = await rateSettings(study, first, data, options);

  // A run is a folder that holds all an engine needs.
  const orders = studyOrders(study, data, signal);
  const prepared = [];
  for (const setting of settings) {
    const threads = await settingThreads(study, data, setting);
    const runs = await prepareSetting(
      study,
      data,
      setting,
      await orders(setting),
      threads,
      signal && { signal },
    );
    prepared.push({ ...setting, threads, runs });
  }

  // Training. Many runs at once, one thread each if there are enough runs, in child processes; each resumes from its own
  // checkpoint. Recipes that can no longer be among the best may be stopped early.
  const own = prepared[0]!.runs;
  const question = eliminate && { runs: own, eliminate, weights, output: run.output };
  const local = localOptions(run, options);
  if (train) {
    for (const { spec, steps } of settings) listener.stage(describeSetting(study, spec, steps));
    if (question)
      await trainWithElimination(question, { ...local, onStage: (message) => listener.stage(message) });
    const others = prepared.filter(({ runs }) => question === undefined || runs !== own);
    const folders = new Set(others.flatMap(({ runs }) => runs.map(({ folder }) => folder)));
    await runLocally({ ...local, folders: [...folders] });
    signal?.throwIfAborted();
  }
  const elimination = question && readElimination(question);

  // Ranking. Differences are paired by seed and document; ties are called ties. What was stopped stands below the others.
  const trained = [];
  for (const setting of prepared) trained.push({ ...setting, ...(await readSetting(setting, run.output)) });
  const { results, unfinished } = trained[0]!;
  if (!results.some(({ failure }) => failure === undefined)) throw nothingToRank(study, results[0]?.failure);
  const stopped = stoppedRecipes(elimination, unfinished);
  const inTheRunning = results.filter(({ recipe }) => !stopped.has(recipe));
  const ranking = rank(inTheRunning, weights, Random.fromSeed(0).split('probability of being best'));
  const alignment = rankByAlignment(inTheRunning, ranking);

  // Transfer. Does the ranking carry over to a model that is tuned for each recipe?
  const withSizes = trained.map((setting) => ({ ...setting, parameters: countParameters(setting.model) }));
  const transfer = ownTransfers(withSizes, weights, Random.fromSeed(0).split('transfer'));

  // A model that knows no more than word frequencies ranks nothing else.
  const entropies = await studyEntropies(study, data, signal);

  // Where `assay rate` has measured, figures show its interval, whatever rate the study trains at.
  const rateBand = readFrozenRate(run.output, {
    proxy,
    tokenizerHash: data.tokenizer.hash,
    steps: first.steps,
  });

  // The report: one page for people, the same as JSON for programs.
  const report = buildReport({
    study,
    assayVersion: assayVersion(),
    model: {
      parameters: countParameters(first.model),
      vocabularySize: data.tokenizer.vocabularySize,
      steps: first.steps,
    },
    ranking,
    ...(data.budget && { budget: data.budget }),
    ...(alignment && { alignment }),
    ...(elimination && { elimination }),
    ...(transfer.length > 0 && { transfer }),
    ...(trained.length > 1 && { compared: trained.slice(1).map(countRuns) }),
    runs: results,
    unfinished,
    recipes: first.recipes,
    stores: Object.values(data.sources),
    dropped: mapValues(data.heldOut.exclusions, (codes) => countExclusions(codes)),
    selections: data.selections,
    evaluation: first.evaluation.evaluation,
    ...(choice && { choice }),
    ...(rateBand && { rateBand }),
    unigramNats: Object.fromEntries(entropies.map(({ domain, entropyNats }) => [domain, entropyNats])),
    cost: costOf(trained),
  });
  return { report, files: await writeReport(report, data.folder('report')) };
}

/** What elimination stopped and nothing has trained to its end since. */
function stoppedRecipes(
  elimination: Elimination | undefined,
  unfinished: readonly { recipe: string }[],
): Set<string> {
  const left = new Set(unfinished.map(({ recipe }) => recipe));
  return new Set(elimination?.stopped.flatMap(({ recipe }) => (left.has(recipe) ? recipe : [])));
}

function localOptions(
  run: RunSettings,
  { signal, listener = silentListener }: StudyOptions,
): Omit<LocalOptions, 'folders'> {
  return {
    ...(run.workers === undefined ? {} : { workers: run.workers }),
    ...(signal === undefined ? {} : { signal }),
    checkpointSeconds: run.checkpointSeconds,
    onProgress: (progress) => listener.training(progress),
    onNotice: (message) => listener.notice(message),
  };
}

function nothingToRank(study: Study, failure: string | undefined): AssayError {
  return failure === undefined
    ? new AssayError(`study "${study.name}"`, 'no run has finished', { fix: 'Train first: assay run.' })
    : new AssayError(`study "${study.name}"`, `every run failed; the first: ${failure}`, {
        exitCode: ExitCode.runsFailed,
      });
}

/** What is about to be trained, in a line. */
function describeSetting({ recipes }: Study, spec: ProxySpec, steps: number): string {
  const runs = Object.keys(recipes).length * spec.seeds;
  const tokens = count(steps * spec.batch * spec.context);
  return `to train: ${runs} runs of ${spec.name} at rate ${spec.learningRate}: ${count(steps)} steps, ${tokens} tokens each`;
}
