/** `assay doremi study.yaml`: the shares of a study's sources by DoReMi. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadStudy } from '../load-study.js';
import type { DoremiOptions } from '../mixture/index.js';
import { doremiText } from './doremi-text.js';
import { applyRunFlags, positiveInteger, type RunFlags, runFlags } from './flags.js';
import { nonNegativeNumber } from './mixture-flags.js';
import { note, printJson } from './output.js';
import { terminalListener } from './progress.js';
import { withInterrupt } from './signals.js';

interface DoremiFlags extends RunFlags, Partial<DoremiOptions> {
  reference?: string;
  learningRate?: number;
  seeds: number;
  rounds: number;
  tolerance: number;
  variant: 'paper' | 'public-code';
}

const help = `
docs/mixtures.md says what each option means, which values the paper and its public code take, and what to expect.`;

export function doremiCommand(): Command {
  const command = new Command('doremi')
    .description(
      "Weigh a study's sources by DoReMi: a reference model, then a proxy under group DRO. Resumes.",
    )
    .argument('<study>', 'study file, for example study.yaml')
    .option(
      '--reference <recipe>',
      'domains and reference mixture (default: all sources, as their tokens lie)',
    )
    .option('--learning-rate <rate>', "peak rate of all runs (default: the study's)", rate)
    .option('--seeds <count>', 'references and proxies a round, whose mean is the answer', positiveInteger, 1)
    .option('--rounds <count>', 'rounds at most; each starts from the last answer', positiveInteger, 1)
    .option('--tolerance <share>', 'rounds end when no share changes by more', nonNegativeNumber, 1e-3)
    .addOption(
      new Option('--variant <name>', 'whose values the options below have by default')
        .choices(['paper', 'public-code'])
        .default('paper'),
    )
    .option('--step-size <eta>', 'what a nat of excess adds to the logarithm of a weight', nonNegativeNumber)
    .option('--smoothing <share>', 'share of the uniform mixture in the weights', nonNegativeNumber)
    .addOption(choice('--sampling <how>', 'shares of domains in batches', ['uniform', 'reference']))
    .addOption(choice('--start <weights>', 'weights before the first step', ['uniform', 'sampling']))
    .addOption(
      choice('--unseen-excess <value>', 'excess of a domain that no batch has held', ['zero', 'vocabulary']),
    )
    .addOption(choice('--objective <name>', 'what the weights multiply', ['domain-mean', 'batch-mean']))
    .addOption(
      choice('--mean <over>', 'weights that the answer is the mean of', ['steps', 'start-and-steps']),
    )
    .addHelpText('after', help);
  return runFlags(command).action(async (file: string, flags: DoremiFlags) => {
    const study = applyRunFlags(await loadStudy(file), flags);
    const { runDoremi } = await import('../doremi-run.js');
    const { reference, learningRate, seeds, rounds, tolerance } = flags;
    const doremi = await optionsOf(flags);
    const listener = terminalListener(flags.quiet ?? false);
    const { proposal, file: written } = await withInterrupt((signal) =>
      runDoremi(study, {
        ...{ doremi, seeds, rounds, tolerance, signal, listener },
        ...(reference === undefined ? {} : { reference }),
        ...(learningRate === undefined ? {} : { learningRate }),
      }),
    ).finally(() => listener.close());
    note(`Proposal: ${written}`);
    if (flags.json) printJson(proposal);
    else process.stdout.write(doremiText(proposal, Object.keys(study.recipes)));
  });
}

/** Those of the variant, but for the flags that were given. */
async function optionsOf(flags: DoremiFlags): Promise<DoremiOptions> {
  const { paperDoremi, publicCodeDoremi } = await import('../mixture/index.js');
  const defaults = flags.variant === 'paper' ? paperDoremi : publicCodeDoremi;
  const { stepSize, smoothing, sampling, start, unseenExcess, objective, mean } = { ...defaults, ...flags };
  return { stepSize, smoothing, sampling, start, unseenExcess, objective, mean };
}

const choice = (flag: string, description: string, names: string[]): Option =>
  new Option(flag, description).choices(names);

function rate(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
