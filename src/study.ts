/**
 * The journey of a study, from raw files to a report. Read this first: each stage is a folder of the same name.
 *
 * Everything that a stage makes lies under the study's output folder, addressed by the hash of what it was made from.
 * So a second call does no work twice, and a call after a crash goes on where the first one ended.
 */
import { basename, join, relative } from 'node:path';
import { contaminationShares, measureStudy } from './corpus/index.js';
import { AssayError, ExitCode } from './errors.js';
import { availableCores, freezeThreads, runLocally } from './executor/index.js';
import { buildModel, countParameters, flopsPerToken } from './model/index.js';
import { Random } from './random.js';
import { rank, requireNoise } from './ranking/index.js';
import { studyEntropies } from './rate-runs.js';
import { orderRecipes, resolveRecipes, selectForRecipes } from './recipe/index.js';
import type { Report, Study } from './records.js';
import { buildReport, type ReportFiles, writeReport } from './report/index.js';
import { makeFolder } from './store/index.js';
import { type StudyListener, silentListener } from './study-listener.js';
import { withLearningRate } from './study-rate.js';
import { studyTokenReader, tokenizeStudy } from './tokens/index.js';
import { planSteps, prepareRun, readRunResult, resolveMicroBatch } from './train/index.js';
import { countExclusions, evaluationBudget, heldOutDocuments, writeEvaluation } from './validation/index.js';
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
export async function prepareData(study: Study, options: Pick<StudyOptions, 'signal' | 'listener'> = {}) {
  const { signal, listener = silentListener } = options;
  const { proxy, run } = study;
  const folder = (name: string) => join(run.output, name);
  makeFolder(run.output);

  // Corpus. Each source is read once and every document measured once; all later choices are made on what was measured.
  const tokens = await studyTokenReader(study);
  const measured = await measureStudy(study, listener, {
    threads: run.workers ?? availableCores(),
    ...(tokens && { tokens }),
    ...(signal && { signal }),
  });

  // Tokens. Each source becomes a store of tokens, built once for a tokenizer.
  const { tokenizer, sources, validationSources } = await tokenizeStudy(study, measured, listener, signal);

  // Validation. Some documents are never trained on, nor any copy or near duplicate, in whichever source it lies.
  const tables = mapValues(sources, ({ documents }) => documents);
  const heldOut = heldOutDocuments(
    study.validate,
    tables,
    mapValues(validationSources, (own) => own.documents),
    await contaminationShares(study.contamination, sources),
  );

  // The size of a run follows from the model and the token budget; it is the same for every recipe.
  const { vocabularySize, endOfText, tokenByteLengths } = tokenizer;
  const model = buildModel(proxy.model, { vocabularySize, context: proxy.context });
  const { steps, evaluateEvery } = planSteps(proxy, countParameters(model));
  const tokensPerRun = steps * proxy.batch * proxy.context;

  // The same fixed windows judge every run, and cost a small share of what training costs.
  const domains = Object.entries(study.validate).map(([name, spec]) => {
    const { store, documents } = spec.kind === 'holdout' ? sources[spec.of]! : validationSources[name]!;
    return { name, weight: spec.weight, store, documents, rows: heldOut.domains[name]! };
  });
  const evaluation = await writeEvaluation(folder('evaluation'), domains, {
    context: proxy.context,
    budgetTokens:
      proxy.evaluationTokens ??
      evaluationBudget({
        trainTokens: tokensPerRun,
        evaluations: 1 + Math.ceil(steps / evaluateEvery),
        domains: domains.length,
      }),
    endOfText,
    tokenByteLengths,
  });
  for (const { name, documents } of evaluation.evaluation.domains)
    requireNoise(name, proxy.seeds, documents.length);

  // Recipes meet the data. Conditions select documents by what was measured, and every document that is dropped has a
  // reason; shares of tokens become whole windows, or an error says which source lacks how many.
  const selections = await selectForRecipes(
    study.recipes,
    study.parts,
    mapValues(sources, ({ signals, documents }, source) => ({
      source,
      tables: signals,
      tokens: documents.tokens,
      exclusions: heldOut.exclusions[source]!,
    })),
  );
  const available = mapValues(selections, (chosen) => mapValues(chosen, ({ tokens }) => tokens));
  const recipes = resolveRecipes(study.recipes, available, steps * proxy.batch, proxy.context, selections);
  return {
    folder,
    tokenizer,
    sources,
    model,
    steps,
    evaluateEvery,
    evaluation,
    heldOut,
    selections,
    recipes,
  };
}

/**
 * The whole journey.
 *
 * @throws AssayError as `prepareData`, and when no run finished. A run that fails is in the report; the others go on.
 */
export async function runStudy(asked: Study, options: StudyOptions = {}): Promise<StudyOutcome> {
  const { signal, listener = silentListener, train = true } = options;
  const data = await prepareData(asked, options);

  // The learning rate. `tiny` stands for a number that short runs find, once for a folder of results.
  const { study, choice } = await withLearningRate(asked, data, options);
  const { proxy, run } = study;
  const { folder, tokenizer, sources, model, steps, evaluateEvery, evaluation, selections, recipes } = data;
  const tokensPerRun = steps * proxy.batch * proxy.context;

  // Threads decide bits: they are chosen once, so that a recipe added later leaves the other runs as they are.
  const threads = await freezeThreads({
    output: run.output,
    shape: {
      model: proxy.model,
      vocabularySize: tokenizer.vocabularySize,
      context: proxy.context,
      batch: proxy.batch,
      microBatch: resolveMicroBatch(model, proxy),
    },
    runs: recipes.length * proxy.seeds,
    workers: run.workers,
    threads: run.threads,
  });

  // A run is a folder that holds all an engine needs. Recipes of one seed share initial weights and document order.
  const orders = await orderRecipes({
    folder: folder('orders'),
    recipes,
    parts: study.parts,
    selections,
    sources,
    seeds: proxy.seeds,
    order: proxy.order,
    ...(signal && { signal }),
  });
  const runs: { folder: string; recipe: string; seed: number }[] = [];
  for (const recipe of recipes) {
    for (let seed = 0; seed < proxy.seeds; seed++) {
      signal?.throwIfAborted();
      const planSources = mapValues(orders[recipe.name]![seed]!, (order, name) => {
        return { order, store: sources[study.parts[name]?.of ?? name]!.store };
      });
      const runFolder = await prepareRun({
        study,
        output: run.output,
        recipe,
        seed,
        model,
        steps,
        evaluateEvery,
        threads,
        tokenizer,
        sources: planSources,
        evaluationFolder: evaluation.folder,
      });
      runs.push({ folder: runFolder, recipe: recipe.name, seed });
    }
  }

  // Training. Many runs at once, one thread each if there are enough runs, in child processes; each resumes from its own checkpoint.
  if (train) {
    listener.stage(
      `training ${runs.length} runs of ${steps} steps, ${formatCount(tokensPerRun)} tokens each`,
    );
    await runLocally({
      folders: runs.map(({ folder }) => folder),
      ...(run.workers === undefined ? {} : { workers: run.workers }),
      ...(signal === undefined ? {} : { signal }),
      checkpointSeconds: run.checkpointSeconds,
      onProgress: (progress) => listener.training(progress),
      onNotice: (message) => listener.notice(message),
    });
    signal?.throwIfAborted();
  }

  // Ranking. Differences are paired by seed and document; ties are called ties.
  const results = [];
  const unfinished = [];
  for (const { folder: path, recipe, seed } of runs) {
    const result = await readRunResult(path);
    const folder = relative(run.output, path);
    if (result === undefined) unfinished.push({ id: basename(path), recipe, seed, folder });
    else results.push({ ...result, folder });
  }
  if (!results.some(({ failure }) => failure === undefined)) throw nothingToRank(study, results[0]?.failure);
  const weights = mapValues(study.validate, ({ weight }) => weight);
  const ranking = rank(results, weights, Random.fromSeed(0).split('probability of being best'));

  // A model that knows no more than word frequencies ranks nothing else.
  const entropies = await studyEntropies(study, data, signal);

  // The report: one page for people, the same as JSON for programs.
  const report = buildReport({
    study,
    assayVersion: assayVersion(),
    model: {
      parameters: countParameters(model),
      vocabularySize: tokenizer.vocabularySize,
      steps,
    },
    ranking,
    runs: results,
    unfinished,
    recipes,
    stores: Object.values(sources),
    dropped: mapValues(data.heldOut.exclusions, (codes) => countExclusions(codes)),
    selections,
    evaluation: evaluation.evaluation,
    ...(choice === undefined ? {} : { choice }),
    unigramNats: Object.fromEntries(entropies.map(({ domain, entropyNats }) => [domain, entropyNats])),
    cost: {
      runs: results.length,
      tokens: results.reduce((sum, { tokens }) => sum + tokens, 0),
      flops: results.reduce((sum, { tokens }) => sum + tokens, 0) * flopsPerToken(model),
      cpuSeconds: results.reduce((sum, { seconds }) => sum + seconds * threads, 0),
    },
  });
  return { report, files: await writeReport(report, folder('report')) };
}

function nothingToRank(study: Study, failure: string | undefined): AssayError {
  return failure === undefined
    ? new AssayError(`study "${study.name}"`, 'no run has finished', { fix: 'Train first: assay run.' })
    : new AssayError(`study "${study.name}"`, `every run failed; the first: ${failure}`, {
        exitCode: ExitCode.runsFailed,
      });
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

function formatCount(count: number): string {
  return count.toLocaleString('en');
}
