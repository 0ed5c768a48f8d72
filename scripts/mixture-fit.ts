/**
 * Writes docs/results/mixture-fit.json: every regressor on RegMix's published runs.
 *
 *     npx tsx scripts/mixture-fit.ts FOLDER > docs/results/mixture-fit.json
 *
 * FOLDER holds the published tables (train_mixture_1m.csv, train_pile_loss_1m.csv and those of the test set). Nothing is
 * chosen by the test set. It takes about ten minutes of a free core.
 */
import { join } from 'node:path';
import {
  type FittedEnsemble,
  type FittedRegressor,
  fitRuns,
  type MixtureRuns,
  type RunsFit,
  readMixtureRuns,
  regressorNames,
} from '../src/mixture/index.js';
import { Random } from '../src/random.js';
import { mean } from '../src/stats/index.js';

const folder = process.argv[2]!;
const subsets = 20;
const subsetRows = 128;

const read = (part: string) =>
  readMixtureRuns(join(folder, `${part}_mixture_1m.csv`), join(folder, `${part}_pile_loss_1m.csv`));
const runs = await read('train');
const test = await read('test');
const random = Random.fromSeed(0);

const all = regressorNames.map((regressor) => {
  const started = process.cpuUsage();
  const fit = fitRuns(runs, { regressor, random, test });
  const { user, system } = process.cpuUsage(started);
  process.stderr.write(`${regressor}: ${(user + system) / 1e6} s of CPU time\n`);
  return { ...summary(fit), cpuSeconds: (user + system) / 1e6, ...details(fit) };
});

const few = Array.from({ length: subsets }, (_, k) => {
  const order = random.split('subset', k).shuffle([...runs.index.keys()]);
  const fit = fitRuns(only(runs, order.slice(0, subsetRows)), { regressor: 'auto', random, test });
  process.stderr.write(`subset ${k + 1} of ${subsets}: ${summary(fit).testSpearman}\n`);
  return summary(fit);
});

process.stdout.write(
  `${JSON.stringify(
    {
      command: 'npx tsx scripts/mixture-fit.ts FOLDER',
      trainingRuns: runs.index.length,
      testRuns: test.index.length,
      regressors: all,
      fewerRuns: {
        regressor: 'auto',
        trainingRuns: subsetRows,
        subsets,
        cvSpearman: mean(few.map(({ cvSpearman }) => cvSpearman)),
        testSpearman: mean(few.map(({ testSpearman }) => testSpearman)),
        testSpearmanOfSubsets: few.map(({ testSpearman }) => testSpearman),
      },
    },
    null,
    2,
  )}\n`,
);

/** Means over the losses. */
function summary({ regressor, metrics }: RunsFit) {
  return {
    regressor,
    cvSpearman: mean(metrics.map(({ cvSpearman }) => cvSpearman!)),
    testSpearman: mean(metrics.map(({ testSpearman }) => testSpearman!)),
  };
}

function details({ metrics, fits }: RunsFit) {
  const coverages = fits.map((fit, metric) => coverage(fit, test.losses[metric]!));
  const covered = coverages[0] === undefined ? {} : { coverageOf95: mean(coverages.map((share) => share!)) };
  const losses = metrics.map((metric, at) => ({
    ...metric,
    ...(coverages[at] !== undefined && { coverageOf95: coverages[at] }),
    ...weightsOf(fits[at]!),
  }));
  return { ...covered, losses };
}

/** Share of the test runs within the 95 % interval; undefined where the fit knows no errors. */
function coverage(fit: FittedRegressor, losses: Float64Array): number | undefined {
  const predicted = fit.predictWithError?.(test.mixtures);
  if (predicted === undefined) return undefined;
  const { mean: middle, standardError } = predicted;
  return mean(
    Array.from(losses, (loss, i) => (Math.abs(loss - middle[i]!) <= 1.96 * standardError[i]! ? 1 : 0)),
  );
}

function weightsOf(fit: FittedRegressor) {
  const { members } = fit as Partial<FittedEnsemble>;
  return members && { weights: Object.fromEntries(members.map(({ name, weight }) => [name, weight])) };
}

function only(from: MixtureRuns, rows: number[]): MixtureRuns {
  const { columns, values } = from.mixtures;
  const taken = rows.flatMap((i) => [...values.subarray(i * columns, (i + 1) * columns)]);
  return {
    ...from,
    index: rows.map((i) => from.index[i]!),
    mixtures: { rows: rows.length, columns, values: Float64Array.from(taken) },
    losses: from.losses.map((losses) => Float64Array.from(rows, (i) => losses[i]!)),
  };
}
