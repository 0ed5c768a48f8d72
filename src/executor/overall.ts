/** From the progress of single runs to that of all: how many have ended, and how long the rest takes. */
import type { RunOutcome, RunSpec } from '../records.js';
import type { PausedRun, RunProgress as TrainProgress } from '../train/index.js';

/** A run moved on or ended. */
export interface RunProgress {
  id: string;
  status: 'running' | 'done' | 'failed' | 'paused';
  /** Why it failed. */
  reason?: string;
  step: number;
  steps: number;
  /** Training tokens per second of this run, validation included; 0 before its first step. */
  tokensPerSecond: number;
  /** Of the last step; undefined before the first. */
  lossNats?: number;
  /** Until this run ends. */
  secondsLeft?: number;
  overall: {
    ended: number;
    runs: number;
    /** Until all runs end or pause, at the speed so far. */
    secondsLeft?: number;
  };
}

export class Overall {
  private readonly started = performance.now();
  private readonly latest: (TrainProgress | undefined)[];
  /** Tokens of each run that were done when this process first heard of it. */
  private readonly before: (number | undefined)[];
  private readonly finished: boolean[];

  constructor(
    private readonly specs: readonly RunSpec[],
    outcomes: readonly (RunOutcome | PausedRun | undefined)[],
    private readonly tell: (progress: RunProgress) => void,
    /** Where runs pause. */
    private readonly until: number = Number.POSITIVE_INFINITY,
  ) {
    this.latest = specs.map(() => undefined);
    this.before = specs.map((spec, i) => (outcomes[i] === undefined ? undefined : this.runTokens(spec)));
    this.finished = outcomes.map((outcome) => outcome !== undefined);
  }

  moved(index: number, progress: TrainProgress): void {
    this.latest[index] = progress;
    this.before[index] ??= tokensAt(this.specs[index]!, progress.step);
    const left = this.runTokens(this.specs[index]!) - tokensAt(this.specs[index]!, progress.step);
    const secondsLeft = left / progress.tokensPerSecond;
    this.tell({ ...progress, status: 'running', secondsLeft, overall: this.overall() });
  }

  ended(index: number, outcome: RunOutcome | PausedRun): void {
    this.finished[index] = true;
    const spec = this.specs[index]!;
    const { id, steps } = spec;
    // What a failed run leaves undone, and what was done before, must not count as speed.
    const done = tokensAt(spec, outcome.step);
    this.before[index] = (this.before[index] ?? done) + this.runTokens(spec) - done;
    const { tokensPerSecond = 0, lossNats } = this.latest[index] ?? {};
    this.tell({
      id,
      status: outcome.status,
      step: outcome.step,
      steps,
      tokensPerSecond,
      ...(lossNats === undefined ? {} : { lossNats }),
      ...(outcome.status === 'failed' ? { reason: outcome.reason } : {}),
      overall: this.overall(),
    });
  }

  private overall(): RunProgress['overall'] {
    let left = 0;
    let trained = 0;
    for (const [i, spec] of this.specs.entries()) {
      const all = this.runTokens(spec);
      const step = this.latest[i]?.step ?? 0;
      const done = this.finished[i] ? all : tokensAt(spec, step);
      left += all - done;
      trained += done - (this.before[i] ?? 0);
    }
    const ended = this.finished.filter(Boolean).length;
    const seconds = (performance.now() - this.started) / 1000;
    const secondsLeft = left === 0 ? 0 : (left * seconds) / trained;
    return {
      ended,
      runs: this.specs.length,
      ...(Number.isFinite(secondsLeft) ? { secondsLeft } : {}),
    };
  }

  private runTokens(spec: RunSpec): number {
    return tokensAt(spec, Math.min(spec.steps, this.until));
  }
}

function tokensAt({ batch, context }: RunSpec, steps: number): number {
  return steps * batch * context;
}
