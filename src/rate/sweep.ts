/**
 * The tuned standard rate, coarsely: short runs at all rates of a grid, then longer runs around the best, so that
 * hopeless rates cost little. Short runs favour large rates, so the longer ones look below first.
 */
import type { RateTrial } from '../records.js';

export interface SweepOptions {
  /** Optimizer steps of a short run and of a long one. */
  shortSteps: number;
  longSteps: number;
  /** Times that short and long runs are extended by one rate because the best lies at an edge. Default 2. */
  extensions?: number;
}

/** Trains at these rates; a rate whose run failed has the loss null. */
export type TrainAt = (rates: readonly number[], steps: number) => Promise<RateTrial[]>;

export interface Sweep {
  /** The rate of the best long run; NaN when all failed. */
  tuned: number;
  /** It is the largest or the smallest rate of the long runs, so the best may lie beyond. */
  atEdge: boolean;
  trials: RateTrial[];
}

/**
 * Six rates in factors of about 3 around 3e-4 · 768 / width, which gives GPT-2 small its usual 3e-4, but around 1e-2 at
 * most.
 */
export function startingRates(width: number): number[] {
  const middle = indexOf(Math.min(1e-2, (3e-4 * 768) / width));
  return [-3, -2, -1, 0, 1, 2].map((offset) => gridRate(middle + offset));
}

/** 1e-4, 3e-4, 1e-3, 3e-3, …: index 2k is 10^k. */
const gridRate = (index: number): number => Number(`${index % 2 === 0 ? 1 : 3}e${Math.floor(index / 2)}`);
const indexOf = (rate: number): number => Math.round(2 * Math.log10(rate));
const beside = (rate: number, offset: number): number => gridRate(indexOf(rate) + offset);

/**
 * Beside the runs that find the tuned rate there is one long run at about a tenth of it: where it comes down to the
 * unigram entropy is the lower end.
 * @param rates of the grid
 * @throws AssayError whatever `train` throws
 */
export async function sweepRates(
  rates: readonly number[],
  train: TrainAt,
  { shortSteps, longSteps, extensions = 2 }: SweepOptions,
): Promise<Sweep> {
  const extended = async (trials: RateTrial[], steps: number): Promise<RateTrial[]> => {
    for (let n = 0; n < extensions; n++) {
      const beyond = extension(trials);
      if (beyond === undefined) break;
      trials.push(...(await train([beyond], steps)));
    }
    return trials;
  };
  const short = await extended(await train(rates, shortSteps), shortSteps);
  const first = best(short);
  if (first === undefined) return { tuned: Number.NaN, atEdge: true, trials: short };
  const around = [-1, 0, 1].map((offset) => beside(first, offset));
  const long = await extended(await train(around, longSteps), longSteps);
  const tuned = best(long) ?? Number.NaN;
  const atEdge = extension(long) !== undefined;
  const tenth = beside(tuned, -2);
  const done = long.some(({ learningRate }) => learningRate === tenth);
  if (!Number.isNaN(tuned) && !done) long.push(...(await train([tenth], longSteps)));
  return { tuned, atEdge, trials: [...short, ...long] };
}

/** The rate of the lowest loss; runs that failed do not count. */
function best(trials: readonly RateTrial[]): number | undefined {
  const ended = trials.filter(({ lossNats }) => lossNats !== null);
  return ended.sort((a, b) => a.lossNats! - b.lossNats!)[0]?.learningRate;
}

/** The next rate beyond the edge that the best lies at. */
function extension(trials: readonly RateTrial[]): number | undefined {
  const rate = best(trials);
  if (rate === undefined) return undefined;
  const rates = trials.map(({ learningRate }) => learningRate);
  if (rate === Math.max(...rates)) return beside(rate, 1);
  return rate === Math.min(...rates) ? beside(rate, -1) : undefined;
}
