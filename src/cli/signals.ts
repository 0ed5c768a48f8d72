/** Ctrl-C: the first asks the work to stop at a safe point, the second ends the process. */
import { AssayError, ExitCode } from '../errors.js';
import { note } from './output.js';

/** Runs `work` with a signal that SIGINT and SIGTERM abort; an aborted run ends with exit code 130. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    note(
      'Stopping at the next safe point. Press Ctrl-C again to stop at once; nothing that is finished is lost.',
    );
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const result = await work(controller.signal);
    if (controller.signal.aborted) throw interrupted();
    return result;
  } catch (error) {
    throw controller.signal.aborted ? interrupted() : error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function interrupted(): AssayError {
  return new AssayError('assay', 'stopped before the study was finished', {
    fix: 'Run the same command again to go on from here.',
    exitCode: ExitCode.interrupted,
  });
}
