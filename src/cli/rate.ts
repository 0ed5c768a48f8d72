/** `assay rate study.yaml`: what a tiny learning rate is for this study, and why. */
import { Command, InvalidArgumentError } from 'commander';
import { loadStudy } from '../load-study.js';
import { applyRunFlags, type RunFlags, runFlags } from './flags.js';
import { printJson } from './output.js';
import { terminalListener } from './progress.js';
import { withInterrupt } from './signals.js';

interface RateFlags extends RunFlags {
  keep: number;
  perRecipe?: boolean;
}

export function rateCommand(): Command {
  const command = new Command('rate')
    .description(
      'Find the tuned standard rate by short runs, measure what bounds a tiny one, and choose it. Resumes.',
    )
    .argument('<study>', 'study file, for example study.yaml')
    .option('--keep <share>', 'share of the pairs of recipes, ties aside, whose order to keep', share, 0.8)
    .option(
      '--per-recipe',
      "take each recipe's terms after a warm-up on its own data, not on equal shares of all",
    );
  return runFlags(command).action(async (file: string, flags: RateFlags) => {
    const study = applyRunFlags(await loadStudy(file), flags);
    const { prepareData } = await import('../study.js');
    const { studyRate } = await import('../study-rate.js');
    const { rateText, writeRateFigure } = await import('../report/index.js');
    const listener = terminalListener(flags.quiet ?? false);
    const report = await withInterrupt(async (signal) => {
      const data = await prepareData(study, { signal, listener });
      return studyRate(data.study, data, {
        signal,
        listener,
        share: flags.keep,
        perRecipe: flags.perRecipe ?? false,
      });
    }).finally(() => listener.close());
    const figure = await writeRateFigure(report, study.run.output);
    if (flags.json) printJson(report);
    else process.stdout.write(`${rateText(report)}\nFigure: ${figure}\n`);
  });
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Expected a share above 0 and at most 1.');
  return value;
}
