/** What the operating system refuses (a full disk, a folder without permission) as an error that a user can act on. */
import { AssayError, ExitCode } from '../errors.js';

const space =
  'Free some space or choose another folder with `run: { output: … }`, then run the same command again.';
const permission = 'Change its permissions or choose another folder with `run: { output: … }`.';
const files = 'Raise the limit of open files (ulimit -n), then run the same command again.';
const fixes: Record<string, string> = {
  ENOSPC: space,
  EDQUOT: space,
  EFBIG: space,
  EACCES: permission,
  EPERM: permission,
  EROFS: permission,
  EMFILE: files,
  ENFILE: files,
};

/**
 * `error` as an `AssayError` (exit code system) when the operating system gave it; any other error as it is.
 * @param subject default: the path that the system names
 */
export function explainSystemError(
  error: unknown,
  subject?: string,
  problem = 'the system refused',
): unknown {
  if (!isSystemError(error)) return error;
  const { code, message, path } = error;
  const fix = fixes[code];
  return new AssayError(subject ?? path ?? 'system', problem, {
    got: fix === undefined ? message : code,
    ...(fix === undefined ? {} : { fix }),
    exitCode: ExitCode.system,
    cause: error,
  });
}

/** Does work that writes `path`. */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainSystemError(error, path, 'cannot be written');
  }
}

/** As `writing`, at once. */
export function writingSync<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainSystemError(error, path, 'cannot be written');
  }
}

/** Does work that reads `path`. */
export function readingSync<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainSystemError(error, path, 'cannot be read');
  }
}

type SystemError = NodeJS.ErrnoException & { code: string };

/** Node's own errors have codes with an underscore (`ERR_…`), the system's have none. */
function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) && syscall !== undefined;
}
