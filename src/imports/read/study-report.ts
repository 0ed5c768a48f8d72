/** The report of a study as rows: its own runs, so that two studies are a transfer check. */
import type { Report } from '../../records.js';
import type { RawRow } from './raw-row.js';

export function isStudyReport(value: unknown): value is Report {
  const report = value as Partial<Report> | null;
  return report?.formatVersion === 1 && Array.isArray(report.trajectories) && report.proxy !== undefined;
}

/** One row a validation and domain; the model is called by its number of parameters. Failed runs are left out. */
export function* reportRows({ proxy, runs, trajectories }: Report): Iterable<RawRow> {
  const failed = new Set(runs.flatMap((run) => (run.status === 'failed' ? `${run.seed}/${run.recipe}` : [])));
  let row = 0;
  for (const { recipe, seed, points } of trajectories) {
    if (failed.has(`${seed}/${recipe}`)) continue;
    for (const { step, domains } of points) {
      for (const [metric, value] of Object.entries(domains)) {
        yield {
          row: ++row,
          fields: {
            ...{ recipe, seed, step, metric, value },
            model: String(proxy.parameters),
            learningRate: proxy.learningRate,
            batch: proxy.batch,
            tokensPerParameter: proxy.tokensPerRun / proxy.parameters,
          },
        };
      }
    }
  }
}
