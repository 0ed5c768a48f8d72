/** Trajectories from two CSV files: what runs were trained on, and their losses along the way. */
import { AssayError } from '../../errors.js';
import { csvRows, numberIn } from '../csv.js';
import { checkTrajectories, type MixtureFrom, type Trajectories, type Trajectory } from './trajectories.js';

/**
 * @param mixturesFile a row a run: its name, then the share of each domain, as `assay fit` reads it. With a second column
 *   `step`, several rows a run: the mixture from that step on
 * @param losses a row a loss, with the columns `run,step,domain,loss`; `domain` names the validation loss. Every run has
 *   all of them before its first step (0) and after its last, and at the same steps
 * @throws AssayError that names the file and line of what cannot be read, and runs without mixture or without losses
 */
export async function readTrajectories(mixturesFile: string, lossesFile: string): Promise<Trajectories> {
  const { domains, byRun: mixtures } = await readMixtures(mixturesFile);
  const { metrics, byRun: losses } = await readLosses(lossesFile);
  for (const run of losses.keys())
    if (!mixtures.has(run)) throw new AssayError(mixturesFile, `no mixture of run "${run}"`);
  const runs = [...mixtures].map(([run, steps]): Trajectory => {
    const points = losses.get(run);
    if (points === undefined) throw new AssayError(lossesFile, `no losses of run "${run}"`);
    return trajectoryOf(run, steps, points, metrics, lossesFile);
  });
  const trajectories = { domains, metrics, runs };
  checkTrajectories(trajectories);
  return trajectories;
}

/** [step] to losses by metric. */
type Points = Map<number, Map<string, number>>;

function trajectoryOf(
  run: string,
  mixtures: readonly MixtureFrom[],
  points: Points,
  metrics: readonly string[],
  file: string,
): Trajectory {
  const steps = [...points.keys()].sort((a, b) => a - b);
  const last = steps.at(-1)!;
  const values = steps.flatMap((step) =>
    metrics.map((metric) => {
      const loss = points.get(step)!.get(metric);
      if (loss !== undefined) return loss;
      throw new AssayError(file, `run "${run}" has no loss "${metric}" at step ${step}`);
    }),
  );
  return {
    run,
    progress: Float64Array.from(steps, (step) => step / last),
    losses: { rows: steps.length, columns: metrics.length, values: Float64Array.from(values) },
    mixtures: mixtures.map(({ from, shares }) => ({ from: from / last, shares })),
  };
}

async function readMixtures(file: string) {
  let domains: string[] | undefined;
  let hasSteps = false;
  const byRun = new Map<string, MixtureFrom[]>();
  for await (const { place, fields } of csvRows(file)) {
    if (domains === undefined) {
      hasSteps = fields[1] === 'step';
      domains = fields.slice(hasSteps ? 2 : 1);
      continue;
    }
    const [run] = fields as [string];
    const from = hasSteps ? numberIn(fields[1]!, place, 'step') : 0;
    const weights = fields.slice(hasSteps ? 2 : 1).map((text, at) => numberIn(text, place, domains![at]!));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (weights.some((weight) => weight < 0) || !(Math.abs(total - 1) <= 0.05))
      throw new AssayError(place, 'not a mixture', {
        expected: 'shares of at least 0 that add up to 1',
        got: `a sum of ${total}`,
      });
    const before = byRun.get(run) ?? [];
    if (before.length === 0 ? from !== 0 : from <= before.at(-1)!.from)
      throw new AssayError(place, `run "${run}": mixtures out of order, or not from step 0 on`, {
        expected: 'a row a run, or a column `step` that begins at 0 and ascends',
        got: `step ${from}`,
      });
    byRun.set(run, [...before, { from, shares: Float64Array.from(weights, (weight) => weight / total) }]);
  }
  return { domains: domains!, byRun };
}

const lossColumns = ['run', 'step', 'domain', 'loss'];

async function readLosses(file: string) {
  let places: number[] | undefined;
  const metrics = new Set<string>();
  const byRun = new Map<string, Points>();
  for await (const { place, fields } of csvRows(file)) {
    if (places === undefined) {
      places = lossColumns.map((column) => fields.indexOf(column));
      if (places.includes(-1))
        throw new AssayError(place, 'not a table of trajectories', {
          expected: `the columns ${lossColumns.join(', ')}`,
          got: fields.join(', '),
        });
      continue;
    }
    const [run, stepText, metric, lossText] = places.map((at) => fields[at]!) as [
      string,
      string,
      string,
      string,
    ];
    const step = numberIn(stepText, place, 'step');
    const points: Points = byRun.get(run) ?? new Map();
    const losses = points.get(step) ?? new Map<string, number>();
    if (losses.has(metric))
      throw new AssayError(place, `run "${run}" has two losses "${metric}" at step ${step}`);
    losses.set(metric, numberIn(lossText, place, 'loss'));
    metrics.add(metric);
    byRun.set(run, points.set(step, losses));
  }
  return { metrics: [...metrics], byRun };
}
