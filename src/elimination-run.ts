/**
 * Training with successive elimination: all runs to the first rung, a decision, the rest to the second, and so on.
 *
 * What is decided is kept in `eliminations/<hash>.jsonl` of the results, a line a rung, under the hash of the question: the
 * runs, how many recipes to keep, and the version of the rule. So the same command takes the same decisions after a crash,
 * and with other runs or no elimination at all the runs that were stopped simply go on from their checkpoints.
 */
import { join } from 'node:path';
import { AssayError, ExitCode } from './errors.js';
import { type LocalOptions, runLocally } from './executor/index.js';
import {
  decideRung,
  type RunLength,
  ruleVersion,
  rungSteps,
  summarise,
  survivors,
  type Trajectories,
  trajectoriesOf,
} from './ranking/index.js';
import type { EliminateSpec, Elimination, EliminationRung, RunSpec } from './records.js';
import { hashOf, Journal, makeFolder, readJournal } from './store/index.js';
import { readEvaluations, readRunSpec } from './train/index.js';

export interface EliminationInput {
  /** Every run of every recipe, all of one setting. */
  runs: readonly { folder: string; recipe: string; seed: number }[];
  eliminate: EliminateSpec;
  /** Of the validation domains in the objective. */
  weights: Readonly<Record<string, number>>;
  /** Folder of results. */
  output: string;
}

export interface EliminationOptions extends Omit<LocalOptions, 'folders' | 'until'> {
  /** Told what is trained next, and what was decided. */
  onStage?: (message: string) => void;
}

/**
 * Trains the runs of recipes that may still be among the best `keep`; those of the others stay at the rung at which they
 * were stopped. A recipe with a run that failed, or died and was not tried again yet, is not compared and not stopped.
 *
 * @throws AssayError for a user's own trainer, which cannot be stopped at a step, for a single seed, whose noise cannot be
 *   known, and as `runLocally`
 */
export async function trainWithElimination(
  asked: EliminationInput,
  options: EliminationOptions = {},
): Promise<Elimination> {
  const input = inOrder(asked);
  const { onStage = () => {}, ...local } = options;
  const { recipes, length, path, first } = questionOf(input);
  const foldersOf = (some: readonly string[]) =>
    input.runs.flatMap(({ folder, recipe }) => (some.includes(recipe) ? folder : []));
  makeFolder(join(input.output, folderName));
  const { journal, kept } = Journal.open<Line>(path, isNext(first));
  const decided = kept.map(({ rung }) => rung);
  try {
    let last = kept.at(-1)?.hash ?? first;
    for (const step of rungSteps(length)) {
      // A rung that is behind was decided before, or had nothing to decide.
      if (step <= (decided.at(-1)?.step ?? 0)) continue;
      const left = survivors(recipes, decided);
      if (left.length <= input.eliminate.keep) break;
      onStage(
        `training ${left.length} recipes to step ${step} of ${length.steps}, where some may be stopped`,
      );
      await runLocally({ ...local, folders: foldersOf(left), until: step });

      const trajectories = readTrajectories(input);
      const compared = left.filter((recipe) => reaches(trajectories, recipe, step));
      const spec = input.eliminate;
      const rung = decideRung({ trajectories, step, recipes: compared, decided, length, spec });
      if (rung === undefined) continue;
      const line = { hash: hashOf({ after: last, rung }), rung };
      journal.append(line);
      journal.flush();
      decided.push(rung);
      last = line.hash;
      onStage(describe(rung));
    }
  } finally {
    journal.close();
  }
  const left = survivors(recipes, decided);
  onStage(`training ${left.length} of ${recipes.length} recipes to the end`);
  await runLocally({ ...local, folders: foldersOf(left) });
  return summarise(input.eliminate, recipes, decided);
}

/** What was decided so far; nothing is trained. @throws AssayError as `trainWithElimination` */
export function readElimination(asked: EliminationInput): Elimination {
  const input = inOrder(asked);
  const { recipes, path, first } = questionOf(input);
  const follows = isNext(first);
  const lines = readJournal<Line>(path);
  const broken = lines.findIndex((line) => !follows(line));
  const whole = broken < 0 ? lines : lines.slice(0, broken);
  return summarise(
    input.eliminate,
    recipes,
    whole.map(({ rung }) => rung),
  );
}

/** The order in which a study names its recipes decides nothing. */
function inOrder(input: EliminationInput): EliminationInput {
  const place = ({ recipe, seed }: EliminationInput['runs'][number]) =>
    `${recipe}/${String(seed).padStart(6, '0')}`;
  return { ...input, runs: [...input.runs].sort((a, b) => (place(a) < place(b) ? -1 : 1)) };
}

const folderName = 'eliminations';

interface Line {
  /** Of the line before, or of the question, and this decision. */
  hash: string;
  rung: EliminationRung;
}

/** True for each line that follows the one before. */
function isNext(first: string): (line: Line) => boolean {
  let last = first;
  return ({ hash, rung }) => {
    if (hash !== hashOf({ after: last, rung })) return false;
    last = hash;
    return true;
  };
}

/** What is asked: everything that decides the decisions but the losses, which the runs decide. */
function questionOf({ runs, eliminate, weights, output }: EliminationInput): {
  recipes: string[];
  length: RunLength;
  path: string;
  first: string;
} {
  const specs = runs.map(({ folder }) => readRunSpec(folder));
  for (const spec of specs) requirePausable(spec);
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  if (seeds < 2) {
    throw new AssayError('eliminate', 'nothing would show how large the noise of seeds is', {
      expected: 'at least 2 seeds (`proxy: { seeds: 2 }`)',
      got: '1',
      exitCode: ExitCode.study,
    });
  }
  const { keep, confidence } = eliminate;
  const hashes = specs.map(({ hash }) => hash);
  const first = hashOf({ ruleVersion, keep, confidence, weights, runs: hashes });
  const { steps, evaluateEvery, schedule } = specs[0]!;
  const validations = Array.from(
    { length: Math.floor(steps / evaluateEvery) },
    (_, k) => (k + 1) * evaluateEvery,
  );
  return {
    recipes: [...new Set(runs.map(({ recipe }) => recipe))],
    length: { steps, validations, warmupSteps: schedule.warmupSteps },
    path: join(output, folderName, `${first.slice(0, 16)}.jsonl`),
    first,
  };
}

function requirePausable({ engine }: RunSpec): void {
  if (engine.name !== 'command') return;
  throw new AssayError('eliminate', 'your own trainer cannot be stopped at a step and taken up again', {
    expected: '`engine: onnx` or `engine: torch`',
    got: '`engine: { command: … }`',
    fix: 'Leave out `eliminate`, or `engine`.',
    exitCode: ExitCode.study,
  });
}

function readTrajectories({ runs, weights }: EliminationInput): Trajectories {
  const validated = runs.map(({ folder, recipe, seed }) => ({
    recipe,
    seed,
    evaluations: readEvaluations(folder),
  }));
  return trajectoriesOf(validated, weights);
}

/** Whether every run of the recipe has a loss at the step. */
function reaches({ recipes, steps, lossNats }: Trajectories, recipe: string, step: number): boolean {
  const at = steps.indexOf(step);
  return at >= 0 && lossNats[recipes.indexOf(recipe)]!.every((losses) => losses.length > at);
}

function describe({ share, recipes }: EliminationRung): string {
  const stopped = recipes.flatMap((each) => (each.stopped ? each.recipe : []));
  const when = `after ${Math.round(100 * share)} % of the training`;
  return stopped.length === 0 ? `${when} no recipe is stopped` : `${when} stopped: ${stopped.join(', ')}`;
}
