/** What a study will cost, before anything is read or trained: runs, tokens, arithmetic, and the time on this machine. */
import { freeMachine, plannedThreads, runBytes, workersFor } from './executor/index.js';
import { estimateGpu, type GpuEstimate } from './gpu-estimate.js';
import { buildModel, countParameters, flopsPerToken } from './model/index.js';
import { Random } from './random.js';
import type { Study } from './records.js';
import { vocabularySizeOf } from './tokens/index.js';
import { measureTokensPerSecond, planSteps, resolveMicroBatch } from './train/index.js';

export interface StudyPlan {
  study: string;
  recipes: string[];
  seeds: number;
  runs: number;
  parameters: number;
  vocabularySize: number;
  steps: number;
  tokensPerRun: number;
  /** Of all runs. */
  tokens: number;
  flops: number;
  gpu: GpuEstimate;
  learningRate: number | 'tiny';
  engine: Study['engine']['name'];
  /** Runs at once. */
  workers: number;
  /** Of each run. */
  threads: number;
  /** Undefined when not measured; the speed of a user's own trainer is not known. */
  expected?: { tokensPerSecondPerRun: number; seconds: number };
  /** Seconds that measuring would take, when that is too long to be done. */
  tooLongToMeasure?: number;
}

/** Validation's share of a run's time, at most; see `evaluationBudget`. */
const evaluationShare = 0.15;

/** Measuring takes two steps at least. Where these would take longer than this, it is left out. */
const longestMeasurement = 20;
/** Model arithmetic of a thread in FLOP/s, as measured on the reference machine: enough to tell seconds from minutes. */
const flopsPerThread = 9e10;

/**
 * @param options.measure trains the proxy for a few steps on random tokens to learn this machine's speed, if that takes
 *   seconds; its sources are not touched
 */
export async function planStudy(study: Study, options: { measure: boolean }): Promise<StudyPlan> {
  const { proxy, run } = study;
  const vocabularySize = vocabularySizeOf(study.tokenizer);
  const model = buildModel(proxy.model, { vocabularySize, context: proxy.context });
  const parameters = countParameters(model);
  const { steps } = planSteps(proxy, parameters);
  const recipes = Object.keys(study.recipes);
  const runs = recipes.length * proxy.seeds;
  const tokensPerRun = steps * proxy.batch * proxy.context;
  const tokens = runs * tokensPerRun;
  const shape = {
    model: proxy.model,
    vocabularySize,
    context: proxy.context,
    batch: proxy.batch,
    microBatch: resolveMicroBatch(model, proxy),
  };
  const threads = plannedThreads({
    output: run.output,
    shape,
    runs,
    workers: run.workers,
    threads: run.threads,
  });
  const workers = Math.min(run.workers ?? workersFor(threads, runBytes(shape), freeMachine()), runs);
  const plan: StudyPlan = {
    study: study.name,
    recipes,
    seeds: proxy.seeds,
    runs,
    parameters,
    vocabularySize,
    steps,
    tokensPerRun,
    tokens,
    flops: tokens * flopsPerToken(model),
    gpu: estimateGpu(tokens * flopsPerToken(model)),
    learningRate: proxy.learningRate,
    engine: study.engine.name,
    workers,
    threads,
  };
  if (!options.measure || study.engine.name === 'command') return plan;

  const flopsOfStep = proxy.batch * proxy.context * flopsPerToken(model);
  const twoSteps = (2 * flopsOfStep) / (flopsPerThread * threads);
  if (twoSteps > longestMeasurement) return { ...plan, tooLongToMeasure: twoSteps };

  // Speed does not depend on the rate.
  const atSomeRate = { ...proxy, learningRate: 1e-3 };
  const tokensPerSecondPerRun = await measureTokensPerSecond(model, atSomeRate, threads, Random.fromSeed(0));
  // The last round may leave workers idle, so rounds are counted whole.
  const rounds = Math.ceil(runs / workers);
  const seconds = (rounds * tokensPerRun * (1 + evaluationShare)) / tokensPerSecondPerRun;
  return { ...plan, expected: { tokensPerSecondPerRun, seconds } };
}
