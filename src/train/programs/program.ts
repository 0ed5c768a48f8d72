/** A trainer that is another program, as whoever supervises it sees it: the user's own, or the PyTorch engine's. */
import { resolve } from 'node:path';
import type { AssayError } from '../../errors.js';
import type { CommandEngine } from '../../records.js';

export interface TrainerProgram {
  /** What messages are about. */
  subject: string;
  /** Program and arguments that train these runs; a program without a slash is looked up in PATH. */
  words(folders: readonly string[]): string[];
  /** Beside the variables of this process. */
  environment(folders: readonly string[]): Record<string, string>;
  /** What to do when it cannot be started. */
  startIt: string;
  /** What to do about wrong results, which end a run for good; undefined where another attempt may give right ones. */
  correctIt?: string;
  /** What a line that it printed tells the user of the study; undefined for one that is left in the log. */
  noticeIn?(line: string): string | undefined;
  /** The machine's refusal that this end means for every run, told by its exit code and the end of what it printed. */
  refusal?(code: number | null, lastWords: string): AssayError | undefined;
}

/** The user's own trainer, one run a process. */
export function commandProgram(engine: CommandEngine): TrainerProgram {
  return {
    subject: `engine.command: ${engine.command[0]}`,
    words: ([folder]) => commandLine(engine, folder!),
    environment: ([folder]) => ({ ASSAY_RUN_FOLDER: resolve(folder!) }),
    startIt:
      'Check the program of `engine: { command: … }`; a path with a slash is relative to the study file.',
    correctIt:
      'Correct the trainer, then change `engine: { version: … }` or delete the run folder, and run the same command again.',
  };
}

/**
 * The words to start: paths among those of the study made absolute, and the run folder added.
 *
 * The program is a path when it has a slash, and is else looked up in PATH; an argument is one when it starts with `./`
 * or `../`, since any other could mean something else.
 */
export function commandLine({ command, folder }: CommandEngine, runFolder: string): string[] {
  const [program, ...words] = command;
  const isPath = (word: string): boolean => /^\.\.?\//.test(word);
  return [
    program!.includes('/') ? resolve(folder, program!) : program!,
    ...words.map((word) => (isPath(word) ? resolve(folder, word) : word)),
    resolve(runFolder),
  ];
}
