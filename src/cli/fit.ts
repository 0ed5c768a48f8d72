/** `assay fit --mixtures A.csv --losses B.csv`: predicts losses from mixtures, and says how well on unseen ones. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AssayError, ExitCode } from '../errors.js';
import type { MetricFit, RegressorName } from '../mixture/index.js';
import { note, printJson } from './output.js';
import { type EndFlags, resultsOptions } from './results-flags.js';

interface FitFlags extends EndFlags {
  testMixtures?: string;
  testLosses?: string;
  regressor: RegressorName;
  seed: string;
  quiet?: boolean;
  json?: boolean;
}

export function fitCommand(): Command {
  const command = new Command('fit')
    .description(
      'Fit losses of runs to the mixtures they were trained on, and judge the fit on unseen mixtures.',
    )
    .option('--mixtures <csv>', 'index of the run, then the share of each domain')
    .option('--losses <csv>', 'index of the run, then its losses');
  return resultsOptions(command)
    .option('--test-mixtures <csv>', 'mixtures to be judged on; nothing is chosen by them')
    .option('--test-losses <csv>', 'their losses: all of the columns or some, of any size of model')
    .addOption(
      new Option(
        '--regressor <name>',
        'auto: the mean of the others that cross-validation weighs best; gp: Gaussian process; gbdt: boosted trees; ' +
          'loglinear: the mixing law; linear: ridge',
      )
        .choices(['auto', 'gp', 'gbdt', 'loglinear', 'linear'])
        .default('auto'),
    )
    .option('--seed <text>', 'seed of folds and starting points', '0')
    .option('--quiet', 'no progress on stderr')
    .option('--json', 'print the judgement as JSON on stdout')
    .action(async (flags: FitFlags) => {
      if ((flags.testMixtures === undefined) !== (flags.testLosses === undefined))
        throw new AssayError('fit', 'a test set is two files', {
          expected: '--test-mixtures and --test-losses',
          got: flags.testLosses === undefined ? '--test-mixtures alone' : '--test-losses alone',
          exitCode: ExitCode.usage,
        });
      const { fitRuns, readMixtureRuns } = await import('../mixture/index.js');
      const { readEndsFrom } = await import('./trained-runs.js');
      const { Random } = await import('../random.js');
      const runs = await readEndsFrom(flags);
      const test =
        flags.testMixtures === undefined
          ? undefined
          : await readMixtureRuns(resolve(flags.testMixtures), resolve(flags.testLosses!), runs.domains);
      const { regressor, metrics } = fitRuns(runs, {
        regressor: flags.regressor,
        random: Random.fromSeed(flags.seed),
        ...(test && { test }),
        ...(!flags.quiet && { onMetric: (done, of) => note(`Fitted ${done} of ${of} losses`) }),
      });
      if (flags.json) return printJson({ regressor, metrics });
      process.stdout.write(judgementTable(metrics, test !== undefined));
    });
}

function judgementTable(metrics: MetricFit[], tested: boolean): string {
  const width = Math.max(4, ...metrics.map(({ name }) => name.length));
  const cell = (value: number | null) => (value === null ? '–' : value.toFixed(4)).padStart(14);
  const header = ['CV Spearman', 'CV RMSE', ...(tested ? ['test Spearman', 'test RMSE'] : [])];
  const lines = metrics.map(({ name, cvSpearman, cvRmse, testSpearman, testRmse }) =>
    [name.padEnd(width), ...[cvSpearman, cvRmse, ...(tested ? [testSpearman, testRmse] : [])].map(cell)].join(
      '',
    ),
  );
  return `${['loss'.padEnd(width), ...header.map((title) => title.padStart(14))].join('')}\n${lines.join('\n')}\n`;
}
