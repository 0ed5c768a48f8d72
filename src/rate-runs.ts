/** What `assay rate` trains and reads: streams of documents in the order of a run, and short runs in run folders. */
import { join } from 'node:path';
import { runLocally } from './executor/index.js';
import type { Model } from './model/index.js';
import { Random } from './random.js';
import {
  countTokens,
  distinctStreams,
  mixCounts,
  type OrderedRecipe,
  reach,
  type Stream,
  unigramEntropy,
} from './rate/index.js';
import { openPlan, orderRecipes, type PlanReader, type Selections, writePlan } from './recipe/index.js';
import type { Evaluation, EvaluationMetric, ProxySpec, RateTrial, Recipe, Study } from './records.js';
import { mean } from './stats/index.js';
import type { StudyListener } from './study-listener.js';
import type { TokenizedStudy } from './tokens/index.js';
import { prepareRun, readRunResult, readRunSpec } from './train/index.js';
import { type EvaluationReader, evenly, openEvaluation } from './validation/index.js';

/** What of `prepareData` the rate is measured on. */
export interface RateData {
  tokenizer: TokenizedStudy['tokenizer'];
  sources: TokenizedStudy['sources'];
  model: Model;
  steps: number;
  evaluation: { folder: string; evaluation: Evaluation };
  selections: Selections;
  recipes: Recipe[];
}

/** The recipes with their documents in the order in which a run of seed 0 meets them. */
export async function recipesInOrder(
  { parts, proxy: { order }, run }: Study,
  { recipes, selections, sources }: RateData,
  signal?: AbortSignal,
): Promise<OrderedRecipe[]> {
  const folder = join(run.output, 'orders');
  const stopped = signal === undefined ? {} : { signal };
  const orders = await orderRecipes({
    folder,
    recipes,
    parts,
    selections,
    sources,
    order,
    seeds: 1,
    ...stopped,
  });
  return recipes.map((recipe) => {
    const [ofSeed] = orders[recipe.name]!;
    const named = recipe.sources.map(({ source }) => {
      const { store } = sources[parts[source]?.of ?? source]!;
      return [source, { order: ofSeed![source]!, store }];
    });
    return { recipe, sources: Object.fromEntries(named) };
  });
}

/** Batches of windows of each stream that statistics are taken from, and of validation windows. */
export const statisticsBatches = 20;
/** Training tokens of each stream whose frequencies are counted, at most. */
const countedTokens = 1e6;

interface StreamSource {
  /** Where the plans of streams lie. */
  folder: string;
  context: number;
  /** Of a stream that a plan holds, at most. */
  mostWindows: number;
}

export const streamSource = ({ run, proxy: { batch, context } }: Study): StreamSource => ({
  folder: join(run.output, 'rate', 'streams'),
  context,
  mostWindows: Math.max(statisticsBatches * batch, Math.ceil(countedTokens / (context + 1))),
});

/** The first windows of a stream, no more than it has. @returns [n, context + 1] */
const firstWindows = (stream: Stream, most: number, source: StreamSource): Promise<Int32Array> =>
  withPlan(stream, source, (reader, windows) => reader.read(0, Math.min(windows, most)));

/** Windows evenly spaced over a stream, no more than it has. @returns [n, context + 1] */
export const spreadWindows = (stream: Stream, most: number, source: StreamSource): Promise<Int32Array> =>
  withPlan(stream, source, async (reader, windows) => {
    const chosen = evenly(windows, most);
    const out = new Int32Array(chosen.length * (source.context + 1));
    for (const [i, at] of chosen.entries()) out.set(await reader.read(at, 1), i * (source.context + 1));
    return out;
  });

async function withPlan(
  { name, part, input }: Stream,
  { folder, context, mostWindows }: StreamSource,
  read: (reader: PlanReader, windows: number) => Promise<Int32Array>,
): Promise<Int32Array> {
  const windows = Math.min(part.availableWindows, mostWindows);
  const recipe = { name, sources: [{ ...part, source: name, windows, share: 1, realisedShare: 1 }] };
  const plan = join(folder, `${name}-${input.order.hash.slice(0, 12)}`);
  await writePlan(plan, { recipe, context, sources: { [name]: input }, random: Random.fromSeed(0) });
  const reader = openPlan(plan);
  try {
    return await read(reader, windows);
  } finally {
    reader.close();
  }
}

/** How often each token occurs in the training tokens of each recipe, in the order of recipes. */
export async function recipeFrequencies(
  streams: readonly Stream[],
  { recipes, tokenizer }: RateData,
  source: StreamSource,
): Promise<Float64Array[]> {
  const most = Math.ceil(countedTokens / (source.context + 1));
  const counted: { shares: Stream['shares']; counts: Float64Array }[] = [];
  for (const stream of streams) {
    const windows = await firstWindows(stream, most, source);
    counted.push({ shares: stream.shares, counts: countTokens(windows, tokenizer.vocabularySize) });
  }
  return recipes.map(({ name }) =>
    mixCounts(
      counted.flatMap(({ shares, counts }) =>
        shares[name] === undefined ? [] : [{ share: shares[name], counts }],
      ),
    ),
  );
}

export interface DomainEntropy {
  domain: string;
  weight: number;
  /** Unigram entropy under the training tokens, mean over recipes. */
  entropyNats: number;
}

/** @param frequencies as `recipeFrequencies` gives them */
export function domainEntropies(
  reader: EvaluationReader,
  frequencies: readonly Float64Array[],
): DomainEntropy[] {
  return reader.evaluation.domains.map((domain) => ({
    domain: domain.name,
    weight: domain.weight,
    entropyNats: mean(frequencies.map((counts) => unigramEntropy(reader, domain, counts))),
  }));
}

/** The unigram entropy of every validation domain of a study under the training tokens of its recipes. */
export async function studyEntropies(
  study: Study,
  data: RateData,
  signal?: AbortSignal,
): Promise<DomainEntropy[]> {
  const streams = distinctStreams(await recipesInOrder(study, data, signal));
  const frequencies = await recipeFrequencies(streams, data, streamSource(study));
  return domainEntropies(openEvaluation(data.evaluation.folder), frequencies);
}

export interface RateRun {
  of: OrderedRecipe;
  proxy: ProxySpec;
  steps: number;
  evaluateEvery: number;
}

interface RunPlace {
  /** Folder of results. */
  output: string;
  threads: number;
  evaluationFolder: string;
  signal: AbortSignal | undefined;
  listener: StudyListener;
}

/**
 * Trains runs; they are prepared, resumed and reused like the study's own, and keep their optimizer's moments.
 * @returns their folders
 */
export async function trainRuns(
  study: Study,
  { model, tokenizer }: RateData,
  runs: readonly RateRun[],
  { output, threads, evaluationFolder, signal, listener }: RunPlace,
): Promise<string[]> {
  const folders: string[] = [];
  for (const { of, proxy: measured, steps, evaluateEvery } of runs) {
    const { name, engine, run } = study;
    const { alignmentEvery: _, ...proxy } = measured;
    folders.push(
      await prepareRun({
        study: { name, proxy, run: { ...run, keepOptimizer: true }, engine },
        output,
        recipe: of.recipe,
        seed: 0,
        model,
        steps,
        evaluateEvery,
        threads,
        tokenizer,
        sources: of.sources,
        evaluationFolder,
      }),
    );
  }
  await runLocally({
    folders,
    ...(study.run.workers === undefined ? {} : { workers: study.run.workers }),
    ...(signal === undefined ? {} : { signal }),
    checkpointSeconds: study.run.checkpointSeconds,
    onProgress: (progress) => listener.training(progress),
    onNotice: (message) => listener.notice(message),
  });
  signal?.throwIfAborted();
  return folders;
}

/** What a run of the sweep gave; weights are those of the domains. */
export async function readTrial(
  folder: string,
  learningRate: number,
  steps: number,
  domains: readonly { name: string; weight: number }[],
): Promise<RateTrial> {
  const { schedule } = readRunSpec(folder);
  const result = await readRunResult(folder);
  const loss = ({ domains: losses }: EvaluationMetric): number =>
    domains.reduce((sum, { name, weight }) => sum + weight * losses[name]!.lossNats, 0);
  const points = (result?.evaluations ?? []).map((evaluation) => ({
    step: evaluation.step,
    reach: reach(schedule, evaluation.step),
    lossNats: loss(evaluation),
  }));
  const failed = result === undefined || result.failure !== undefined;
  return { learningRate, steps, lossNats: failed ? null : points.at(-1)!.lossNats, points };
}
