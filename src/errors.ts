/**
 * The one error that a user is meant to read: "subject: problem, expected X, got Y", then the fix.
 *
 * Anything else that is thrown is a defect of Assay and is shown with its stack.
 */

/** Exit codes of the command line; documented in `assay --help`. */
export const ExitCode = {
  ok: 0,
  /** A defect in Assay itself. */
  defect: 1,
  /** A wrong flag or argument. */
  usage: 2,
  /** The study file is not valid. */
  study: 3,
  /** The data do not allow what the study asks: missing path, malformed row, too few tokens. */
  data: 4,
  /** The machine refused: an unwritable folder, a full disk, not enough memory. */
  system: 5,
  /** The study finished, but at least one run failed (its reason is in the report). */
  runsFailed: 6,
  /** Stopped by the user (Ctrl-C); the same command resumes. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface ErrorDetails {
  expected?: string;
  got?: string;
  /** What the user can do about it, as one imperative sentence. */
  fix?: string;
  exitCode?: ExitCode;
  cause?: unknown;
}

export class AssayError extends Error {
  override readonly name = 'AssayError';
  readonly exitCode: ExitCode;

  /**
   * @param subject what the message is about: `study.yaml:12:3`, `data/web.jsonl:77`, `recipe "no-code"`
   * @param problem what is wrong, in a few words
   */
  constructor(
    readonly subject: string,
    readonly problem: string,
    readonly details: ErrorDetails = {},
  ) {
    const { expected, got, fix } = details;
    let message = `${subject}: ${problem}`;
    if (expected !== undefined) message += `, expected ${expected}`;
    if (got !== undefined) message += `, got ${got}`;
    if (fix !== undefined) message += `. ${fix}`;
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = details.exitCode ?? ExitCode.data;
  }
}
