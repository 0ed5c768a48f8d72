/** Worker threads that measure texts: plain computation, so threads serve, and a batch costs one copy of its text. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AssayError, type ErrorDetails, ExitCode } from '../../errors.js';
import { readLanguageModel } from '../language-model/index.js';
import { type MeasuredBatch, measureBatch } from './batch.js';
import type { GroupSpec } from './groups.js';
import { OpenGroups } from './open-groups.js';

export interface ToMeasureWorker {
  id: number;
  groups: GroupSpec[];
  texts: string[];
}
export type FromMeasureWorker =
  | { id: number; measured: MeasuredBatch }
  | {
      id: number;
      error: { message: string; assay?: { subject: string; problem: string; details: ErrorDetails } };
    };

interface Pending {
  resolve(measured: MeasuredBatch): void;
  reject(error: unknown): void;
}

export class MeasurePool {
  private readonly threads: { worker: Worker; pending: Map<number, Pending> }[] = [];
  private batches = 0;
  private readonly models = new Map<string, SharedArrayBuffer>();

  private readonly here = new OpenGroups();

  /** @param size threads, each started when it is first needed; 0: the caller's own */
  constructor(private readonly size: number) {}

  /** Batches that keep every thread busy while the reader goes on, and while it writes a group of rows. */
  get depth(): number {
    return 16 * this.size;
  }

  /** @throws AssayError what a group threw, or that a thread ran out of memory */
  async measure(groups: GroupSpec[], texts: string[]): Promise<MeasuredBatch> {
    if (this.size === 0) return measureBatch(texts, await this.here.open(groups));
    const thread = this.leastBusy();
    const message: ToMeasureWorker = { id: this.batches++, groups: groups.map(this.withModel), texts };
    return new Promise((resolve, reject) => {
      thread.pending.set(message.id, { resolve, reject });
      thread.worker.postMessage(message);
    });
  }

  /** Language models are read once here and shared by the threads: one may be hundreds of megabytes. */
  private readonly withModel = (spec: GroupSpec): GroupSpec => {
    if (spec.group !== 'perplexity' || spec.buffer !== undefined) return spec;
    let buffer = this.models.get(spec.path);
    if (buffer === undefined) {
      ({ buffer } = readLanguageModel(spec.path));
      this.models.set(spec.path, buffer);
    }
    return { ...spec, buffer };
  };

  async close(): Promise<void> {
    await Promise.all(this.threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  private leastBusy() {
    const idle = this.threads.find(({ pending }) => pending.size === 0);
    if (idle) return idle;
    if (this.threads.length < this.size) return this.start();
    return this.threads.reduce((a, b) => (b.pending.size < a.pending.size ? b : a));
  }

  private start() {
    const worker = new Worker(workerPath());
    const pending = new Map<number, Pending>();
    const thread = { worker, pending };
    worker.on('message', (answer: FromMeasureWorker) => {
      const { resolve, reject } = pending.get(answer.id)!;
      pending.delete(answer.id);
      if ('measured' in answer) resolve(answer.measured);
      else reject(revive(answer.error));
    });
    worker.on('error', (cause) => {
      const error = new AssayError('signals', 'a measuring thread ended', {
        got: cause.message,
        fix: 'Measure with fewer threads (`run: { workers: 1 }`), or on a machine with more memory.',
        exitCode: ExitCode.system,
        cause,
      });
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
      this.threads.splice(this.threads.indexOf(thread), 1);
    });
    this.threads.push(thread);
    return thread;
  }
}

function revive({ message, assay }: Extract<FromMeasureWorker, { error: unknown }>['error']): Error {
  return assay ? new AssayError(assay.subject, assay.problem, assay.details) : new Error(message);
}

/** The compiled worker: beside this file in a build, in `dist/` when this file runs from its TypeScript source. */
function workerPath(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const place = fromSource ? '../../../dist/corpus/store/measure-worker.js' : './measure-worker.js';
  const path = fileURLToPath(new URL(place, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: build the project first (npm run build)`);
  return path;
}
