/** How long the runs of a model may be, and in which batches: the sensible ends between which a budget chooses. */
import type { ModelConfig } from '../records.js';

/** A model with its batch and the tokens that a run of it may train on. */
export interface RunSize {
  model: ModelConfig;
  parameters: number;
  batch: number;
  context: number;
  /** Below this the run is too short to rank anything. */
  leastTokens: number;
  /** What a run should have before a larger model is worth it. */
  goodTokens: number;
  /** Beyond this the tokens are better spent on more seeds. */
  mostTokens: number;
  /** Whole steps that the data hold. */
  usableTokens: number;
}

/**
 * Tokens per parameter, embeddings counted. The paper trains with 20 (arXiv 2512.24503, section 4); half of it keeps the
 * models of small studies small enough for three seeds. At 3 a run is short, yet a ranking of the demo's recipes with
 * 3.3 is stable.
 */
const perParameter = { least: 3, good: 10, most: 20 };
/** Below this a schedule has no room for warm-up and decay. */
export const leastSteps = 300;
/** More steps than the paper's proxies take are no longer bought with smaller batches. */
const mostSteps = 20_000;
const batches = { least: 8, most: 128 };

/**
 * Sum of the learning rates of a run's steps that ranked best in a pilot with 300 steps (0.03 ranked nothing). The
 * paper's proxies have 0.02 to 0.2.
 */
const reach = 0.3;
/** Mean rate of the default schedule as a share of its peak: 10 % warm-up, 66 % stable, the rest decay. */
const meanRate = 0.83;

/** A tenth of the usual tuned rate of a width: 3e-4 at 768, 1e-2 at most. */
const tinyRate = (width: number): number => 0.1 * Math.min(1e-2, (3e-4 * 768) / width);

/** Steps after which a run at this rate has got far enough to rank recipes. */
export function stepsToReach(learningRate: number | 'tiny', width: number): number {
  const rate = learningRate === 'tiny' ? tinyRate(width) : learningRate;
  return Math.min(mostSteps, Math.max(leastSteps, Math.round(reach / (meanRate * rate))));
}

export interface RunSizeInput {
  model: ModelConfig;
  parameters: number;
  context: number;
  learningRate: number | 'tiny';
  /** Where the study says it. */
  batch: number | undefined;
  /** Tokens of a run, where the study says them. */
  tokens: number | undefined;
  /** Windows that a run can have at most without seeing one twice more than the recipes allow. */
  availableWindows: number;
}

/** Undefined when the data hold fewer tokens than the least. */
export function runSize(input: RunSizeInput): RunSize | undefined {
  const { model, parameters, context, learningRate, tokens, availableWindows } = input;
  const available = availableWindows * context;
  const tokensFor = (count: number): number => tokens ?? Math.min(count * parameters, available);
  const batch =
    input.batch ??
    Math.min(
      batchFor(tokensFor(perParameter.good) / context, stepsToReach(learningRate, model.width)),
      batchFor(tokensFor(perParameter.least) / context, leastSteps),
    );
  const step = batch * context;
  const usableTokens = Math.floor(available / step) * step;
  const leastTokens =
    tokens === undefined
      ? Math.max(perParameter.least * parameters, leastSteps * step)
      : Math.ceil(tokens / step) * step;
  if (leastTokens > usableTokens) return undefined;
  const goodTokens =
    tokens === undefined ? Math.max(leastTokens, perParameter.good * parameters) : leastTokens;
  const mostTokens =
    tokens === undefined ? Math.max(goodTokens, perParameter.most * parameters) : leastTokens;
  return { model, parameters, batch, context, leastTokens, goodTokens, mostTokens, usableTokens };
}

/** The largest power of two that leaves so many steps. */
function batchFor(windows: number, steps: number): number {
  let { least: batch } = batches;
  while (batch < batches.most && windows / (2 * batch) >= steps) batch *= 2;
  return batch;
}
