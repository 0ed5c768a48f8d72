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
    /** Until all runs end or pause, at the speed so far, in model arithmetic: a larger model takes longer a token. */
    secondsLeft?: number;
  };
}

export class Overall {
  private readonly started: number;
  private readonly latest: (TrainProgress | undefined)[];
  /** Work of each run that was done when this process first heard of it. */
  private readonly before: (number | undefined)[];
  private readonly finished: boolean[];

  constructor(
    private readonly specs: readonly RunSpec[],
    outcomes: readonly (RunOutcome | PausedRun | undefined)[],
    private readonly tell: (progress: RunProgress) => void,
    /** Where runs pause. */
    private readonly until: number = Number.POSITIVE_INFINITY,
    /** Milliseconds of a clock that never goes back. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
    this.latest = specs.map(() => undefined);
    this.before = specs.map((spec, i) => (outcomes[i] === undefined ? undefined : this.workOf(spec)));
    this.finished = outcomes.map((outcome) => outcome !== undefined);
  }

  moved(index: number, progress: TrainProgress): void {
    this.latest[index] = progress;
    const spec = this.specs[index]!;
    this.before[index] ??= workAt(spec, progress.step);
    const stepsLeft = this.stepsOf(spec) - progress.step;
    const secondsLeft = (stepsLeft * spec.batch * spec.context) / progress.tokensPerSecond;
    this.tell({ ...progress, status: 'running', secondsLeft, overall: this.overall() });
  }

  ended(index: number, outcome: RunOutcome | PausedRun): void {
    this.finished[index] = true;
    const spec = this.specs[index]!;
    const { id, steps } = spec;
    // What a failed run leaves undone, and what was done before, must not count as speed.
    const done = workAt(spec, outcome.step);
    this.before[index] = (this.before[index] ?? done) + this.workOf(spec) - done;
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
      const all = this.workOf(spec);
      const step = this.latest[i]?.step ?? 0;
      const done = this.finished[i] ? all : workAt(spec, step);
      left += all - done;
      trained += done - (this.before[i] ?? 0);
    }
    const ended = this.finished.filter(Boolean).length;
    const seconds = (this.now() - this.started) / 1000;
    const secondsLeft = left === 0 ? 0 : (left * seconds) / trained;
    return {
      ended,
      runs: this.specs.length,
      ...(Number.isFinite(secondsLeft) ? { secondsLeft } : {}),
    };
  }

  private stepsOf({ steps }: RunSpec): number {
    return Math.min(steps, this.until);
  }

  private workOf(spec: RunSpec): number {
    return workAt(spec, this.stepsOf(spec));
  }
}

/** Parameters × tokens: model arithmetic but for a factor. */
function workAt({ parameters, batch, context }: RunSpec, steps: number): number {
  return parameters * steps * batch * context;
}
