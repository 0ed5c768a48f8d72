/** Loss trajectories of runs, with the mixtures that each run was trained on along the way. */
import { AssayError } from '../../errors.js';
import { interpolate } from '../../stats/index.js';
import type { MixtureRuns } from '../fit/mixture-runs.js';
import type { Matrix } from '../regressors/regressor.js';

export interface Trajectories {
  /** What the mixtures are shares of. */
  domains: readonly string[];
  /** Validation losses, such as one a domain. */
  metrics: readonly string[];
  runs: readonly Trajectory[];
}

export interface Trajectory {
  run: string;
  /** [checkpoints] Share of the run's training that was done: ascending, the first 0 and the last 1. */
  progress: Float64Array;
  /** [checkpoints, metrics] Nats per token. */
  losses: Matrix;
  /** One or more, ascending, the first from 0. */
  mixtures: readonly MixtureFrom[];
}

/** The mixture that a run was trained on from a share of its training on, up to the next one. */
export interface MixtureFrom {
  from: number;
  /** [domains] Shares of tokens that add up to 1. */
  shares: Float64Array;
}

/** @throws AssayError for no runs, and for runs whose losses do not go from the beginning to the end */
export function checkTrajectories({ runs, domains, metrics }: Trajectories): void {
  if (runs.length === 0 || domains.length < 2 || metrics.length === 0)
    throw new AssayError('trajectories', 'nothing to learn from', {
      expected: 'runs of two domains or more, with losses',
      got: `${runs.length} runs, ${domains.length} domains, ${metrics.length} losses`,
    });
  for (const { run, progress, losses, mixtures } of runs) {
    const isAscending = progress.every((at, i) => i === 0 || at > progress[i - 1]!);
    if (!isAscending || progress[0] !== 0 || progress.at(-1) !== 1 || mixtures[0]?.from !== 0)
      throw new AssayError(`run "${run}"`, 'its losses or mixtures do not cover all of its training', {
        expected: 'losses before the first step and after the last, and a mixture from the beginning',
        got: `losses from ${progress[0]} to ${progress.at(-1)} of the training`,
      });
    if (!losses.values.every(Number.isFinite))
      throw new AssayError(`run "${run}"`, 'a loss is not a finite number', { fix: 'Leave the run out.' });
  }
}

/** [metrics] Losses at a share of the training, on the line between the two validations around it. */
export function lossesAt({ progress, losses }: Trajectory, at: number): Float64Array {
  const { columns, values } = losses;
  return Float64Array.from({ length: columns }, (_, metric) =>
    interpolate(
      progress,
      progress.map((_, checkpoint) => values[checkpoint * columns + metric]!),
      at,
    ),
  );
}

/** [domains] Shares of the tokens between two shares of the training. */
export function mixtureOver({ mixtures }: Trajectory, begin: number, end: number): Float64Array {
  const total = new Float64Array(mixtures[0]!.shares.length);
  mixtures.forEach(({ from, shares }, i) => {
    const until = mixtures[i + 1]?.from ?? 1;
    const overlap = Math.max(0, Math.min(end, until) - Math.max(begin, from));
    shares.forEach((share, domain) => {
      total[domain]! += (share * overlap) / (end - begin);
    });
  });
  return total;
}

/** What is left when only the end counts: each run's mixture over all of its training, and its last losses. */
export function endsOf({ domains, metrics, runs }: Trajectories): MixtureRuns {
  const values = new Float64Array(runs.length * domains.length);
  runs.forEach((run, i) => {
    values.set(mixtureOver(run, 0, 1), i * domains.length);
  });
  const last = runs.map((run) => lossesAt(run, 1));
  return {
    index: runs.map(({ run }) => run),
    domains: [...domains],
    mixtures: { rows: runs.length, columns: domains.length, values },
    metrics: [...metrics],
    losses: metrics.map((_, metric) => Float64Array.from(last, (losses) => losses[metric]!)),
  };
}
