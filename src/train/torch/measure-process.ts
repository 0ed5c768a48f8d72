/**
 * The process that measures derivatives with PyTorch (`engines/torch/measure.py`): a line of JSON and bytes behind it are
 * asked, and as much is answered.
 *
 * It ends when its stdin does, so that it outlives neither this process, however that dies, nor `end`.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { AssayError, ExitCode } from '../../errors.js';
import type { TorchEngine } from '../../records.js';
import { pythonOf } from './check.js';
import { torchFile } from './files.js';

export interface MeasureInput {
  engine: TorchEngine;
  /** `graph.json` and `checkpoint.safetensors` of a run. */
  graph: string;
  checkpoint: string;
  vocabularySize: number;
  /** Windows of a pass in training. */
  microBatch: number;
  /** On a CPU. */
  threads: number;
  /** Ends the process. */
  signal?: AbortSignal;
  onNotice?: (message: string) => void;
}

/** What goes behind a question. */
export interface Payload {
  bytes: number;
  parts: Iterable<Int32Array | Float32Array>;
}

export interface Answer {
  values: Record<string, unknown>;
  payload: Buffer;
}

/** How long the process may take to end when it is asked to. */
const endMilliseconds = 5000;
/** How much of what it said last is told, in characters. */
const lastWords = 2000;

export class MeasureProcess {
  /** Settles when the process is gone. */
  private readonly gone: Promise<void>;
  private last: Promise<unknown> = Promise.resolve();
  private waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void } | undefined;
  private failure: unknown;
  /** Bytes that were answered and belong to no whole answer yet. */
  private readonly received: Buffer[] = [];
  private receivedBytes = 0;
  private line: (Record<string, unknown> & { bytes: number }) | undefined;
  private said = '';

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    { signal, onNotice = () => {} }: MeasureInput,
  ) {
    child.stdout.on('data', (bytes: Buffer) => this.receive(bytes));
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.hear(text, onNotice));
    // What cannot be written any more is told by the end of the process.
    child.stdin.on('error', () => {});
    const abort = (): void => {
      this.failure ??= signal?.reason;
      child.kill('SIGKILL');
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.gone = new Promise((resolve) => {
      const end = (failure: unknown): void => {
        signal?.removeEventListener('abort', abort);
        this.failure ??= failure;
        this.waiting?.reject(this.failure);
        this.waiting = undefined;
        resolve();
      };
      child.on('error', (cause) => end(notStarted(cause)));
      child.on('close', (code, signal) => end(this.describe(code, signal)));
    });
  }

  /**
   * Starts the process and waits until it has read graph and checkpoint.
   * @returns the process, and what it says of the checkpoint
   * @throws AssayError (exit code system) when it cannot be started, or ends before it is ready
   */
  static async start(input: MeasureInput): Promise<{ measure: MeasureProcess; values: Answer['values'] }> {
    input.signal?.throwIfAborted();
    const { engine, graph, checkpoint, vocabularySize, microBatch, threads } = input;
    const { device, precision } = engine;
    const flags = { device, precision, threads, windows: microBatch, vocabulary: vocabularySize };
    const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const child = spawn(
      pythonOf(engine),
      ['-I', '-B', torchFile('measure.py'), ...words, graph, checkpoint],
      {
        stdio: 'pipe',
        // A group of its own, which Ctrl-C on the terminal does not reach.
        detached: true,
      },
    );
    const measure = new MeasureProcess(child, input);
    const { values } = await measure.next();
    return { measure, values };
  }

  /**
   * One question at a time; those asked meanwhile wait.
   * @param payload as many bytes as `bytes` says, made when they are sent
   * @throws AssayError (exit code system) when the process ends before it has answered, and the reason of `signal`
   */
  ask(values: Record<string, unknown>, { bytes, parts }: Payload = { bytes: 0, parts: [] }): Promise<Answer> {
    const asked = this.last
      .catch(() => {})
      .then(async () => {
        const answer = this.next();
        // Its failure is met where it is awaited, not while the question is still being written.
        answer.catch(() => {});
        await this.write(Buffer.from(`${JSON.stringify({ ...values, bytes })}\n`));
        for (const { buffer, byteOffset, byteLength } of parts)
          await this.write(Buffer.from(buffer, byteOffset, byteLength));
        return answer;
      });
    this.last = asked;
    return asked;
  }

  /** Ends the process, and waits until it is gone. */
  async end(): Promise<void> {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), endMilliseconds);
    await this.gone;
    clearTimeout(timer);
  }

  private next(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure);
      else this.waiting = { resolve, reject };
    });
  }

  private async write(bytes: Buffer): Promise<void> {
    if (this.failure === undefined && !this.child.stdin.write(bytes))
      await Promise.race([once(this.child.stdin, 'drain').catch(() => {}), this.gone]);
  }

  private receive(bytes: Buffer): void {
    this.received.push(bytes);
    this.receivedBytes += bytes.length;
    if (this.line === undefined) {
      if (!bytes.includes(10)) return;
      const all = Buffer.concat(this.received.splice(0));
      const end = all.indexOf(10);
      this.line = JSON.parse(all.toString('utf8', 0, end)) as { bytes: number };
      this.received.push(all.subarray(end + 1));
      this.receivedBytes = all.length - end - 1;
    }
    if (this.receivedBytes < this.line.bytes) return;
    const answer = { values: this.line, payload: Buffer.concat(this.received.splice(0)) };
    this.line = undefined;
    this.receivedBytes = 0;
    this.waiting?.resolve(answer);
    this.waiting = undefined;
  }

  private hear(text: string, onNotice: (message: string) => void): void {
    for (const [, notice] of text.matchAll(/^warning: (.*)/gm)) onNotice(notice!);
    this.said = (this.said + text).slice(-lastWords);
  }

  private describe(code: number | null, signal: NodeJS.Signals | null): AssayError {
    const refusal = /^error: (.*)\s*$/m.exec(this.said)?.[1];
    if (refusal !== undefined) return new AssayError('engine torch', refusal, { exitCode: ExitCode.system });
    const how = signal === null ? `exit code ${code}` : signal;
    const words = this.said.trim().split('\n').at(-1);
    return new AssayError('engine torch', 'the process that measures gradients and curvature has ended', {
      got: words ? `${how}, last words: ${words}` : how,
      fix: 'Run the same command again: what has been trained is kept.',
      exitCode: ExitCode.system,
    });
  }
}

const notStarted = (cause: Error): AssayError =>
  new AssayError('engine torch', 'the process that measures gradients and curvature cannot be started', {
    got: cause.message,
    fix: 'See `assay engine torch --check`.',
    exitCode: ExitCode.system,
    cause,
  });
