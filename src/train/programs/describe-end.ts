/** Why a trainer ended without a result, in its own last words. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, ExitCode } from '../../errors.js';
import { runFiles } from '../folder.js';
import type { TrainerProgram } from './program.js';
import type { TrainerEnd } from './trainer-process.js';

/** How much of what it printed is told, in bytes. */
const lastWords = 400;

/**
 * @param folder whose `trainer.log` it printed to
 * @throws AssayError (exit code system) when the program is not there, or the machine cannot do what it needs: it would
 *   not for any other run either
 */
export function describeEnd(end: TrainerEnd, folder: string, program: TrainerProgram): string {
  if (end.kind === 'absent') {
    throw new AssayError(program.subject, 'cannot be started', {
      got: end.reason,
      fix: program.startIt,
      exitCode: ExitCode.system,
    });
  }
  const { code, signal } = end;
  const words = tail(join(folder, runFiles.log));
  const refusal = program.refusal?.(code, words);
  if (refusal !== undefined) throw refusal;
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  return `${how} and left no done.json${words === '' ? '' : `; ${runFiles.log} ends with: ${words}`}`;
}

function tail(path: string): string {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const from = Math.max(0, fstatSync(file).size - lastWords);
    const bytes = Buffer.alloc(lastWords);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, lastWords, from)).trim();
  } finally {
    closeSync(file);
  }
}
