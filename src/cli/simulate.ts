/** `assay simulate random-features`: the paper's Theorem 2, seen at work. */
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { assayVersion } from '../version.js';
import { positiveInteger } from './flags.js';
import { exitCodesHelp, note, printJson } from './output.js';

interface SimulateFlags {
  seed: number;
  draws: number;
  output?: string;
  json?: boolean;
}

const help = `
Two-layer random features are trained by SGD on pairs of datasets whose best achievable losses are known. The table says
how often the sign of the difference in validation loss is right, by learning rate, width and steps, and marks the region
of Theorem 2 (arXiv 2512.24503, Appendix B), which is computed from the kernel's eigenvalues before training.
Takes about a minute on one core.`;

export function simulateCommand(): Command {
  const command = new Command('simulate').description('Show the theory at work in a small simulation.');
  const randomFeatures = new Command('random-features')
    .description('Print how often random features order two datasets rightly, and where theory says they do.')
    .option('--seed <n>', 'seed of everything that is drawn', wholeNumber, 0)
    .option('--draws <n>', 'first layers and data streams that a loss is averaged over', positiveInteger, 64)
    .option('--output <folder>', 'write random-features.json, .svg and .html there')
    .option('--json', 'print the result as JSON on stdout')
    .addHelpText('after', help)
    .action(randomFeaturesAction);
  command.addCommand(randomFeatures.addHelpText('after', exitCodesHelp).exitOverride());
  return command;
}

async function randomFeaturesAction(flags: SimulateFlags): Promise<void> {
  const { defaultSettings, simulateRandomFeatures } = await import('../simulate/index.js');
  const { simulationPage, simulationSvg, simulationText } = await import('../report/index.js');
  const result = simulateRandomFeatures({ ...defaultSettings, seed: flags.seed, draws: flags.draws });
  if (flags.output !== undefined) {
    const { makeFolder, writeFileDurably, writeJson } = await import('../store/index.js');
    const folder = resolve(flags.output);
    makeFolder(folder);
    await writeJson(join(folder, 'random-features.json'), result);
    await writeFileDurably(join(folder, 'random-features.svg'), simulationSvg(result));
    await writeFileDurably(join(folder, 'random-features.html'), simulationPage(result, assayVersion()));
    note(`Written to ${folder}`);
  }
  if (flags.json) printJson(result);
  else process.stdout.write(simulationText(result));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return value;
}
