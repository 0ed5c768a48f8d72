/** `assay fit --mixtures A.csv --losses B.csv`: predicts losses from mixtures, and says how well on unseen ones. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { MetricFit, RegressorName } from '../mixture/index.js';
import { note, printJson } from './output.js';
import { type EndFlags, resultsOptions, type TestFlags, testOptions } from './results-flags.js';

interface FitFlags extends EndFlags, TestFlags {
  regressor: RegressorName;
  seed: string;
  report?: string;
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
  return testOptions(resultsOptions(command))
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
    .option(
      '--report <folder>',
      'write a page, and its figures, of predictions, importance and dependence there',
    )
    .option('--quiet', 'no progress on stderr')
    .option('--json', 'print the judgement as JSON on stdout')
    .action(async (flags: FitFlags) => {
      const { fitRuns } = await import('../mixture/index.js');
      const { readEndsFrom, readTestSet } = await import('./trained-runs.js');
      const { Random } = await import('../random.js');
      const runs = await readEndsFrom(flags);
      const test = await readTestSet(flags, runs.domains);
      const random = Random.fromSeed(flags.seed);
      const fitted = fitRuns(runs, {
        regressor: flags.regressor,
        random,
        ...(test && { test }),
        ...(!flags.quiet && { onMetric: (done, of) => note(`Fitted ${done} of ${of} losses`) }),
      });
      const { regressor, metrics, fits, unseen } = fitted;
      if (flags.report !== undefined) {
        const { reportFits } = await import('./mixture-report.js');
        const examined = fits.map((fit, i) => ({
          ...{ name: metrics[i]!.name, better: 'lower' as const, fit },
          ...(unseen[i] && { unseen: unseen[i] }),
        }));
        await reportFits(resolve(flags.report), {
          ...{ regressor, runs, metrics: examined, random: random.split('report') },
          ...(test && { test }),
        });
      }
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
