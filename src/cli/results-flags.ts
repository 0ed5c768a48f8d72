/** Flags that name the runs which mixtures are learnt from. */
import { type Command, Option } from 'commander';
import { positiveInteger } from './flags.js';
import { nonNegativeNumber } from './mixture-flags.js';

/** A folder of results, and which of its runs. */
export interface ResultsFlags {
  results?: string;
  parameters?: number;
  learningRate?: number;
}

/** Where proxies, or a run to replay, are read from. */
export interface TrajectoryFlags extends ResultsFlags {
  mixtures?: string;
  trajectories?: string;
}

/** Where runs are read from of which only the end counts. */
export interface EndFlags extends ResultsFlags {
  mixtures?: string;
  losses?: string;
}

/** Runs that nothing is fitted or chosen by. */
export interface TestFlags {
  testMixtures?: string;
  testLosses?: string;
}

export function testOptions(command: Command): Command {
  return command
    .option('--test-mixtures <csv>', 'mixtures to be judged on; nothing is chosen by them')
    .option('--test-losses <csv>', 'their losses: all of the columns or some, of any size of model');
}

export function resultsOptions(command: Command): Command {
  return command
    .option('--results <folder>', 'or: the results of a study, with all of its runs')
    .option('--parameters <n>', 'of those results only the model with so many parameters', positiveInteger)
    .addOption(
      new Option('--learning-rate <rate>', 'of those results only the runs at this rate').argParser(
        nonNegativeNumber,
      ),
    );
}
