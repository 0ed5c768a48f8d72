/** From counted work and measured speed to time; from work alone to FLOPs. */
import type { BudgetCost } from '../records.js';
import type { RunSpeed } from './speeds.js';
import type { RunWork, StudyWork } from './work.js';

/** How a study runs on this machine. */
export interface Machine {
  speed: RunSpeed;
  /** Runs at once, and threads of each. */
  workers: number;
  threads: number;
  cores: number;
  /** Wall seconds since the study began. */
  spent: number;
}

/**
 * What is not model arithmetic, in seconds of one core of the reference machine; docs/budget.md says how they were
 * measured. All of it is small beside runs of a minute, and none of it beside runs of a second.
 */
const overhead = {
  /** Making a run folder, before the runs start. */
  prepareRun: 0.12,
  /** Within a worker: opening a run, checkpoints, writing its losses and marking it as done. */
  run: 0.25,
  /** Counting word frequencies of a stream of documents. */
  stream: 0.05,
  /** Charts, tables and pages. */
  report: 4,
  /** Of the search: compiling gradients and curvature, measuring rounding. */
  search: 6,
};
/** Several threads on one small model gain little each; what the gradients of the search get of a further core. */
const furtherCore = 0.4;
/** A validation pass costs about a third of a training step. */
const validationShare = 1 / 3;

/** Model arithmetic of everything that is trained and validated. */
export function workFlops(work: StudyWork, flopsPerToken: number): number {
  const tokens = ({ trainedTokens, validatedTokens, alignmentTokens }: RunWork): number =>
    trainedTokens + alignmentTokens + validationShare * validatedTokens;
  const searched = work.search.reduce((sum, { runs, run }) => sum + runs * tokens(run), 0);
  return flopsPerToken * (work.runs * tokens(work.run) + searched + work.gradientTokens);
}

/** @param streams as in `StudyFacts` */
export function workCost(
  work: StudyWork,
  streams: number,
  flopsPerToken: number,
  { speed, workers, threads, cores, spent }: Machine,
): BudgetCost {
  const seconds = ({ trainedTokens, validatedTokens, alignmentTokens }: RunWork): number =>
    overhead.run +
    (trainedTokens + alignmentTokens) * speed.perTrainedToken +
    validatedTokens * speed.perValidatedToken;
  const cpu = ({ trainedTokens, validatedTokens, alignmentTokens }: RunWork): number =>
    overhead.run +
    (trainedTokens + alignmentTokens) * speed.cpuPerTrainedToken +
    validatedTokens * speed.cpuPerValidatedToken;
  const roundsOf = (runs: number): number => Math.ceil(runs / workers);

  // A wave of the search waits for its last run, and starts processes of its own.
  let rate = 0;
  let searchCpu = 0;
  for (const { runs, run } of work.search) {
    rate += roundsOf(runs) * seconds(run) + speed.start;
    searchCpu += runs * cpu(run) + Math.min(runs, workers) * speed.cpuStart;
  }
  if (work.search.length > 0) {
    const gain = 1 + furtherCore * (cores / threads - 1);
    rate += (work.gradientTokens * speed.perTrainedToken) / gain + overhead.search;
    searchCpu +=
      ((work.gradientTokens * speed.cpuPerTrainedToken) / gain) * (cores / threads) + overhead.search;
  }
  const training = roundsOf(work.runs) * seconds(work.run) + speed.start;
  const rest = work.runs * overhead.prepareRun + streams * overhead.stream + overhead.report;
  return {
    flops: workFlops(work, flopsPerToken),
    seconds: {
      spent,
      rate,
      training,
      rest,
      total: spent + rate + training + rest,
      cpu: searchCpu + work.runs * cpu(work.run) + Math.min(work.runs, workers) * speed.cpuStart + rest,
    },
    workers,
    rounds: roundsOf(work.runs),
  };
}
