/** The parent's view of a worker process. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunProgress as TrainProgress } from '../train/index.js';
import type { FromWorker, MemberEnd, Refusal, ToWorker, TrainSettings } from './messages.js';

/** How a worker's attempt at runs ended. */
export type AttemptEnd =
  | { kind: 'ended'; ends: MemberEnd[] }
  | { kind: 'stopped' }
  | { kind: 'error'; reason: string }
  | Refusal
  /** The process died: killed, out of memory, or a crash of native code. */
  | { kind: 'died'; reason: string };

export interface AttemptOptions extends TrainSettings {
  onProgress(progress: TrainProgress): void;
  onNotice(message: string): void;
}

/** How much of a worker's last words goes into the reason of its death, in characters. */
const lastWords = 400;

/**
 * ONNX Runtime's binding copies every output into a new buffer, megabytes a pass, which dies young. With a small heap,
 * V8 answers with a full collection every few passes: in a worker of 2 layers of width 64, some 4 % of its CPU time.
 */
const collectLess = '--initial-heap-size=256';

export class WorkerProcess {
  private readonly child: ChildProcess;
  private output = '';
  private ended: string | undefined;
  private attempt: { options: AttemptOptions; resolve: (end: AttemptEnd) => void } | undefined;

  /** @param path the compiled worker; `defaultWorkerPath()` normally */
  constructor(path: string) {
    // Node's own flags are not passed on: a test runner's or a debugger's would break the worker.
    this.child = fork(path, [], { execArgv: [collectLess], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-lastWords);
      });
    }
    this.child.on('message', (message: FromWorker) => this.receive(message));
    this.child.on('error', (error) => this.die(error.message));
    // `close` rather than `exit`: by then its last words have been read.
    this.child.on('close', (code, signal) => this.die(describeEnd(code, signal)));
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** Trains one run, or several of PyTorch at once; one call at a time. Never rejects. */
  train(folders: readonly string[], options: AttemptOptions): Promise<AttemptEnd> {
    if (this.ended !== undefined) return Promise.resolve({ kind: 'died', reason: this.ended });
    return new Promise((resolve) => {
      this.attempt = { options, resolve };
      const { onProgress: _, onNotice: __, ...settings } = options;
      this.send({ kind: 'train', folders, settings });
    });
  }

  /** Asks for a checkpoint and the end of the present runs. */
  stop(): void {
    this.send({ kind: 'stop' });
  }

  /** Lets the process go; it ends by itself when the channel is closed. */
  close(): void {
    if (this.child.connected) this.child.disconnect();
  }

  private send(message: ToWorker): void {
    // A failure to send means that the process is dying; `close` follows.
    if (this.child.connected) this.child.send(message, () => {});
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'progress') this.attempt?.options.onProgress(message.progress);
    else if (message.kind === 'notice') this.attempt?.options.onNotice(message.message);
    else this.end(message);
  }

  private die(reason: string): void {
    const words = this.output.trim();
    this.ended ??= words === '' ? reason : `${reason}; it said: ${words}`;
    this.end({ kind: 'died', reason: this.ended });
  }

  private end(end: AttemptEnd): void {
    const { attempt } = this;
    this.attempt = undefined;
    attempt?.resolve(end);
  }
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'its process was killed (SIGKILL), perhaps for want of memory';
  return signal === null ? `its process ended with code ${code}` : `its process was ended by ${signal}`;
}

/** The compiled worker: beside this file in a build, in `dist/` when this file runs from its TypeScript source. */
export function defaultWorkerPath(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const place = fromSource ? '../../dist/executor/worker.js' : './worker.js';
  const path = fileURLToPath(new URL(place, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: build the project first (npm run build)`);
  return path;
}
