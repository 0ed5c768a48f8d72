/** Trajectories of a study's own runs: the windows that their plans had of each source, and their validations. */
import { AssayError } from '../../errors.js';
import type { PlanPhase, RunResult } from '../../records.js';
import { checkTrajectories, type MixtureFrom, type Trajectories, type Trajectory } from './trajectories.js';

export interface PlannedRun {
  result: RunResult;
  /** In the order of training. */
  phases: readonly Pick<PlanPhase, 'windows' | 'sources'>[];
}

/**
 * Shares are those that were realised, in whole windows. Runs that failed are left out.
 *
 * @throws AssayError for runs without validations from the beginning to the end, or with other validation domains
 */
export function trajectoriesOfRuns(runs: readonly PlannedRun[]): Trajectories {
  const finished = runs.filter(({ result }) => result.failure === undefined);
  const domains = [
    ...new Set(
      finished.flatMap(({ phases }) => phases.flatMap((phase) => phase.sources.map((s) => s.source))),
    ),
  ];
  const metrics = Object.keys(finished[0]?.result.evaluations[0]?.domains ?? {});
  const trajectories = {
    domains,
    metrics,
    runs: finished.map(({ result, phases }): Trajectory => {
      const { id, steps, evaluations } = result;
      const values = evaluations.flatMap(({ domains: losses }) =>
        metrics.map((metric) => {
          const loss = losses[metric];
          if (loss !== undefined) return loss.lossNats;
          throw new AssayError(`run "${id}"`, `was not validated on "${metric}"`);
        }),
      );
      return {
        run: id,
        progress: Float64Array.from(evaluations, ({ step }) => step / steps),
        losses: { rows: evaluations.length, columns: metrics.length, values: Float64Array.from(values) },
        mixtures: mixturesOf(phases, domains),
      };
    }),
  };
  checkTrajectories(trajectories);
  return trajectories;
}

function mixturesOf(phases: PlannedRun['phases'], domains: readonly string[]): MixtureFrom[] {
  const total = phases.reduce((sum, { windows }) => sum + windows, 0);
  let before = 0;
  return phases.map(({ windows, sources }) => {
    const from = before / total;
    before += windows;
    const shares = Float64Array.from(
      domains,
      (domain) =>
        sources.reduce((sum, part) => sum + (part.source === domain ? part.windows : 0), 0) / windows,
    );
    return { from, shares };
  });
}
