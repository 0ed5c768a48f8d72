/** Errors of files that another program wrote: making them again is not Assay's to do. */
import { AssayError, ExitCode } from '../../errors.js';

/** Does work that reads such a file, and changes what its errors advise. */
export async function foreignFile<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const fix = 'Download or export the model again.';
    throw new AssayError(error.subject, error.problem, {
      ...error.details,
      fix,
      exitCode: error.exitCode === ExitCode.study ? ExitCode.data : error.exitCode,
      cause: error,
    });
  }
}
