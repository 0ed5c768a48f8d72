/**
 * A worker process: trains one run folder after another, or several of PyTorch at once, as its parent says.
 *
 * It never outlives its parent: when the channel closes, it ends at once, which is safe at any moment. Ctrl-C reaches
 * the whole process group, so the worker leaves SIGINT to its parent, which answers with `stop`.
 */
import { AssayError, ExitCode } from '../errors.js';
import { explainSystemError } from '../store/index.js';
import { TrainerCache, trainStack } from '../train/index.js';
import type { FromWorker, ToWorker } from './messages.js';

type TrainMessage = Extract<ToWorker, { kind: 'train' }>;

const progressMilliseconds = 100;

let stopping = new AbortController();
/** Most runs of a worker have one shape, whose graphs are compiled once. */
const trainers = new TrainerCache();

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
process.on('SIGTERM', () => stopping.abort());
process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'train':
      void train(message);
      break;
    case 'stop':
      stopping.abort();
      break;
    default:
      message satisfies never;
  }
});

async function train({ folders, settings }: TrainMessage): Promise<void> {
  const { signal } = stopping;
  /** When a run was last heard of. */
  const reported = new Map<string, number>();
  try {
    const ends = await trainStack(folders, {
      ...settings,
      signal,
      trainers,
      onNotice: (message) => send({ kind: 'notice', message }),
      onProgress: (progress) => {
        const { id, step, steps } = progress;
        const now = performance.now();
        if (step < steps && now - (reported.get(id) ?? 0) < progressMilliseconds) return;
        reported.set(id, now);
        send({ kind: 'progress', progress });
      },
    });
    send({
      kind: 'ended',
      ends: ends.map((end) =>
        end instanceof AssayError ? { kind: 'error', reason: end.message } : { kind: 'ended', outcome: end },
      ),
    });
  } catch (error) {
    send(answerTo(explainSystemError(error)));
  } finally {
    if (signal.aborted) stopping = new AbortController();
  }
}

function answerTo(error: unknown): FromWorker {
  if (!(error instanceof AssayError)) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'error', reason };
  }
  if (error.exitCode === ExitCode.interrupted) return { kind: 'stopped' };
  if (error.exitCode !== ExitCode.system) return { kind: 'error', reason: error.message };
  const { subject, problem, details } = error;
  const { expected, got, fix } = details;
  const words = Object.entries({ expected, got, fix }).filter(([, text]) => text !== undefined);
  return { kind: 'refused', subject, problem, details: Object.fromEntries(words) };
}

function send(message: FromWorker): void {
  // A closed channel means that the parent is gone; `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
