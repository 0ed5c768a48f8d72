/** The parent's view of the DuckDB child: one request at a time, watched; whatever happens becomes an answer. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Problem, Reply, Request } from './messages.js';
import { type Trespass, usualLimits, type WatchLimits, watch } from './watchdog.js';

/** Beside what a reply may say: the child is gone. */
export type Answer = Reply | { kind: 'died'; problem: Extract<Problem, { message: string }> };

/** JavaScript of the child holds a batch of rows; all else is DuckDB's own memory. */
const heapMegabytes = 256;

export class DuckDbProcess {
  private readonly child: ChildProcess;
  private ended: string | undefined;
  private trespass: Trespass | undefined;
  private waiting: ((answer: Answer) => void) | undefined;

  constructor(
    private readonly limits: WatchLimits = usualLimits,
    path = childPath(),
  ) {
    this.child = fork(path, [], {
      // Node's own flags are not passed on: a test runner's or a debugger's would break the child.
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      // Fewer pools of memory than threads: what is freed in one is used again by another.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (reply: Reply) => this.answer(reply));
    this.child.on('error', (error) => this.end(error.message));
    this.child.on('close', (code, signal) =>
      this.end(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
    this.setIdle(true);
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  get busy(): boolean {
    return this.waiting !== undefined;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Never rejects. */
  async ask(request: Request): Promise<Answer> {
    if (this.ended !== undefined) return this.death();
    this.setIdle(false);
    const unwatch = watch(this.child.pid!, this.limits, (trespass) => {
      this.trespass = trespass;
      this.child.kill('SIGKILL');
    });
    try {
      return await new Promise<Answer>((resolve) => {
        this.waiting = resolve;
        // A failure to send means that the process is dying; `close` follows.
        this.child.send(request, () => {});
      });
    } finally {
      unwatch();
      this.setIdle(true);
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** A child that waits for work keeps nobody from ending; without its parent it ends too. */
  private setIdle(idle: boolean): void {
    for (const handle of [this.child, this.child.channel]) {
      if (idle) handle?.unref();
      else handle?.ref();
    }
  }

  private answer(answer: Answer): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }

  private end(reason: string): void {
    this.ended ??= reason;
    this.answer(this.death());
  }

  private death(): Answer {
    const { trespass } = this;
    if (trespass?.kind === 'memory') {
      const message = `${Math.round(trespass.bytes / 1e6)} MB of memory`;
      return { kind: 'died', problem: { what: 'memory', message } };
    }
    const message =
      trespass === undefined
        ? `the reading process ended (${this.ended})`
        : `no progress in ${Math.round(trespass.seconds)} s`;
    return { kind: 'died', problem: { what: 'file', message } };
  }
}

/** The compiled child: beside this file in a build, in `dist/` when this file runs from its TypeScript source. */
function childPath(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const place = fromSource ? '../../../../dist/corpus/read/duckdb/child.js' : './child.js';
  const path = fileURLToPath(new URL(place, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: build the project first (npm run build)`);
  return path;
}
