/** Language models: training and scoring in MB of text a second of CPU time, with 5-grams of normalised words. */
import { perplexity, Scorer, trainLanguageModel } from '../../src/corpus/language-model/index.js';

export interface PerplexityRate {
  /** MB (10^6 bytes of UTF-8) that the model was trained on, and that were scored. */
  trainedMegabytes: number;
  scoredMegabytes: number;
  /** Of the model, in memory and as a file. */
  modelMegabytes: number;
  /** n-grams by order from 1. */
  grams: number[];
  /** MB a second of CPU time; training uses the time of the garbage collector's threads too. */
  training: number;
  scoring: number;
  /** Mean over documents of log10 perplexity: differs when what is computed differs. */
  meanLog10Perplexity: number;
}

/**
 * @param train documents
 * @param score documents; others than those, so that not every n-gram is found
 */
export async function benchPerplexity(
  train: readonly string[],
  score: readonly string[],
): Promise<PerplexityRate> {
  const trainBegin = cpuSeconds();
  const { model, grams } = await trainLanguageModel(train);
  const training = megabytes(train) / (cpuSeconds() - trainBegin);

  const scorer = new Scorer(model);
  // Compiled by the first texts, not inside the measured time.
  for (const text of score.slice(0, 200)) scorer.score(text);
  const scoreBegin = cpuSeconds();
  const perplexities = score.map((text) => perplexity(scorer.score(text)));
  const scoring = megabytes(score) / (cpuSeconds() - scoreBegin);

  const logs = perplexities.flatMap((value) => (value === null ? [] : [Math.log10(value)]));
  return {
    trainedMegabytes: megabytes(train),
    scoredMegabytes: megabytes(score),
    modelMegabytes: model.buffer.byteLength / 1e6,
    grams,
    training,
    scoring,
    meanLog10Perplexity: logs.reduce((sum, value) => sum + value, 0) / logs.length,
  };
}

function megabytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text, 'utf8'), 0) / 1e6;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
