/** Runs that mixtures are learnt from: two CSV files, or the results of a study. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import {
  endsOf,
  type MixtureRuns,
  readMixtureRuns,
  readTrajectories,
  type Trajectories,
  trajectoriesOfRuns,
} from '../mixture/index.js';
import { note } from './output.js';
import type { EndFlags, TestFlags, TrajectoryFlags } from './results-flags.js';

/** @throws AssayError unless there are two CSV files, or a folder of results */
export async function readEndsFrom(flags: EndFlags): Promise<MixtureRuns> {
  const { mixtures, losses, results } = flags;
  if (results !== undefined && mixtures === undefined && losses === undefined) {
    const trajectories = await readResults(resolve(results), flags);
    if (trajectories.runs.some((run) => run.mixtures.length > 1))
      note('Some runs change their mixture in stages: each counts with the shares of all its tokens.');
    return endsOf(trajectories);
  }
  if (results === undefined && mixtures !== undefined && losses !== undefined)
    return readMixtureRuns(resolve(mixtures), resolve(losses));
  throw new AssayError('runs', 'come from two files or from one folder', {
    expected: '--mixtures and --losses, or --results',
    exitCode: ExitCode.usage,
  });
}

/**
 * @param domains of the runs that are fitted
 * @returns undefined where there is no test set
 * @throws AssayError for half of one
 */
export async function readTestSet(
  { testMixtures, testLosses }: TestFlags,
  domains: string[],
): Promise<MixtureRuns | undefined> {
  if (testMixtures === undefined && testLosses === undefined) return undefined;
  if (testMixtures !== undefined && testLosses !== undefined)
    return readMixtureRuns(resolve(testMixtures), resolve(testLosses), domains);
  throw new AssayError('test set', 'is two files', {
    expected: '--test-mixtures and --test-losses',
    got: testLosses === undefined ? '--test-mixtures alone' : '--test-losses alone',
    exitCode: ExitCode.usage,
  });
}

/** @throws AssayError unless there are two CSV files, or a folder of results */
export async function readTrajectoriesFrom(flags: TrajectoryFlags): Promise<Trajectories> {
  const { mixtures, trajectories, results } = flags;
  if (results !== undefined && mixtures === undefined && trajectories === undefined)
    return readResults(resolve(results), flags);
  if (results === undefined && mixtures !== undefined && trajectories !== undefined)
    return readTrajectories(resolve(mixtures), resolve(trajectories));
  throw new AssayError('runs', 'come from two files or from one folder', {
    expected: '--mixtures and --trajectories, or --results',
    exitCode: ExitCode.usage,
  });
}

/** Losses of different models, rates or lengths do not go into one fit. */
async function readResults(
  folder: string,
  { parameters, learningRate }: Pick<TrajectoryFlags, 'parameters' | 'learningRate'>,
): Promise<Trajectories> {
  const runs = join(folder, 'runs');
  if (!existsSync(runs))
    throw new AssayError(folder, 'holds no results of a study', { expected: 'the folder runs in it' });
  const { readRunResult, readRunSpec } = await import('../train/index.js');
  const { readPlan } = await import('../recipe/index.js');
  const planned = [];
  const kinds = new Set<string>();
  for (const name of readdirSync(runs).sort()) {
    if (name.startsWith('.')) continue;
    const spec = readRunSpec(join(runs, name));
    const { learningRate: rate } = spec.schedule;
    if (spec.parameters !== (parameters ?? spec.parameters) || rate !== (learningRate ?? rate)) continue;
    const result = await readRunResult(join(runs, name));
    if (result === undefined) continue;
    planned.push({ result, phases: readPlan(join(runs, name)).phases });
    kinds.add(`${spec.parameters} parameters, rate ${rate}, ${spec.steps} steps`);
  }
  if (kinds.size > 1)
    throw new AssayError(folder, 'runs of several kinds', {
      expected: 'one model, learning rate and number of steps',
      got: [...kinds].join('; '),
      fix: 'Name a model by `--parameters` and a rate by `--learning-rate`, or gather the runs in CSV files.',
    });
  return trajectoriesOfRuns(planned);
}
