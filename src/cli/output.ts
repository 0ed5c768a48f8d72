/** What the commands share: results on stdout, progress and errors on stderr, one exit code per kind of failure. */
import colors from 'picocolors';
import { AssayError, ExitCode } from '../errors.js';
import { explainSystemError } from '../store/index.js';
import type { StudyOutcome } from '../study.js';

export const exitCodesHelp = `
Exit codes:
  0    finished
  1    a defect in Assay (please report it)
  2    a wrong flag or argument
  3    the study file is not valid
  4    the data do not allow what the study asks (missing path, malformed row, too few tokens)
  5    the machine refused (unwritable folder, disk, memory)
  6    the study finished, but at least one run failed
  130  stopped by Ctrl-C; the same command resumes

Results go to stdout, progress and messages to stderr. NO_COLOR turns colours off.`;

/** Colours of stderr: on a terminal only (whatever stdout is), and not when NO_COLOR is set. */
export const stderrColors = colors.createColors(Boolean(process.stderr.isTTY) && !process.env.NO_COLOR);

/**
 * A reader that has gone away (`assay run … | head`) ends the command without a stack. Results are printed when all is
 * done, so without their reader the command has finished; without that of its messages it has been stopped.
 */
export function endWithReaders(): void {
  const endWith = (exitCode: ExitCode) => (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? exitCode);
  };
  process.stdout.on('error', endWith(ExitCode.ok));
  process.stderr.on('error', endWith(ExitCode.interrupted));
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** The ranking for people, or the whole report for programs. */
export async function printOutcome({ report, files }: StudyOutcome, json: boolean): Promise<void> {
  if (json) return printJson(report);
  const { rankingTable, terminalPaint } = await import('../report/index.js');
  const paint = terminalPaint(Boolean(process.stdout.isTTY) && !process.env.NO_COLOR);
  process.stdout.write(`\n${rankingTable(report, paint)}\n\nReport: ${files.html}\n`);
}

export function note(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Prints an error for people (stderr) and, with `--json`, for programs (stdout). Returns the exit code. */
export function reportError(thrown: unknown, json: boolean): number {
  const error = explainSystemError(thrown);
  const known = error instanceof AssayError;
  const exitCode = known ? error.exitCode : ExitCode.defect;
  if (json) {
    const details = known
      ? { subject: error.subject, problem: error.problem, ...withoutCause(error) }
      : { problem: String(error) };
    printJson({ error: { ...details, exitCode } });
  }
  if (known) note(`${stderrColors.red('error')} ${error.message}`);
  else
    note(
      `${stderrColors.red('defect')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  return exitCode;
}

function withoutCause(error: AssayError): Record<string, unknown> {
  const { expected, got, fix } = error.details;
  return { expected, got, fix };
}
