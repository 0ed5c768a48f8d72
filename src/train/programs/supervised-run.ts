/** One run of a trainer that is another program: what it has left so far, and what that makes of the run. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, ExitCode } from '../../errors.js';
import type { Evaluation, RunOutcome, RunSpec } from '../../records.js';
import { type ProcessIdentity, readJson, writeJson } from '../../store/index.js';
import { removeAllButInputs, runFiles } from '../folder.js';
import type { PausedRun } from '../options.js';
import { accept, fail, readClaim, writeMetrics } from './accept.js';
import { Clock } from './clock.js';
import { readMetrics } from './metrics.js';
import type { TrainerProgram } from './program.js';
import { endEarlierGroup } from './trainer-process.js';

/** A locked run folder that has not ended. */
export interface OpenedRun {
  folder: string;
  spec: RunSpec;
  evaluation: Evaluation;
  /** The step at which the program ends well too, with a checkpoint. */
  until?: number;
}

/** `trainer.json`: there while a run is under way. */
interface Attempt {
  /** The leader of the trainer's process group. */
  leader: ProcessIdentity;
  /** Lines of `metrics.jsonl` when it began. */
  lines: number;
}

/** Of no use to an attempt that is not over: removed before each. */
const writtenLast = [runFiles.done, runFiles.documents, runFiles.documentLines];

export class SupervisedRun {
  readonly clock: Clock;
  /** How it ended, or why there is no way on from here for now. */
  end: RunOutcome | PausedRun | AssayError | undefined;
  /** True once a trainer has written into this folder: what it left may be damaged, and made again. */
  private takenUp: boolean;
  private lines: number;

  readonly folder: string;
  readonly spec: RunSpec;
  private readonly evaluation: Evaluation;
  private readonly until: number | undefined;

  private constructor({ folder, spec, evaluation, until }: OpenedRun, earlier: Attempt | undefined) {
    this.folder = folder;
    this.spec = spec;
    this.evaluation = evaluation;
    this.until = until;
    this.clock = new Clock(folder);
    this.takenUp = earlier !== undefined;
    this.lines = earlier?.lines ?? 0;
  }

  /** Takes the run of a locked folder up; a trainer that is still at it is ended. */
  static async open(run: OpenedRun): Promise<SupervisedRun> {
    const earlier = readJson<Attempt>(join(run.folder, runFiles.attempt));
    if (earlier !== undefined) await endEarlierGroup(earlier.leader);
    return new SupervisedRun(run, earlier);
  }

  /** True when its trainer says that it has ended. */
  get isClaimed(): boolean {
    return readClaim(this.folder) !== undefined;
  }

  /**
   * Ends the run where its trainer says so and what it left is right. Where it is not, the run starts again if it had been
   * taken up, and has else ended as the program asks.
   * @param notice told when it starts again
   */
  async settle({ correctIt }: TrainerProgram, notice: (message: string) => void): Promise<void> {
    const { folder, spec, evaluation, lines, clock } = this;
    const claim = readClaim(folder);
    if (claim === undefined) return;
    try {
      this.end = await accept(folder, spec, evaluation, claim, lines, clock.seconds());
    } catch (error) {
      if (!(error instanceof AssayError) || error.exitCode !== ExitCode.data) throw error;
      if (this.takenUp) {
        notice(`${spec.id}: what was there is not whole, so this run starts again (${error.message})`);
        this.startAgain();
      } else if (correctIt === undefined) {
        this.startAgain();
        this.end = error;
      } else {
        const { message } = new AssayError(error.subject, error.problem, {
          ...error.details,
          fix: correctIt,
        });
        const metrics = readMetrics(folder, spec, evaluation, lines);
        this.end = await fail(folder, spec, metrics, message, clock.seconds());
      }
    }
  }

  private startAgain(): void {
    removeAllButInputs(this.folder);
    this.takenUp = false;
  }

  /** Puts what there is in order for an attempt, and notes it before it starts: whoever takes this run up ends it first. */
  async begin(leader: ProcessIdentity): Promise<void> {
    const { folder, spec, evaluation } = this;
    for (const file of writtenLast) rmSync(join(folder, file), { force: true });
    const kept = readMetrics(folder, spec, evaluation, this.lines).lines;
    this.lines = kept.length;
    await writeMetrics(folder, kept);
    await writeJson(join(folder, runFiles.attempt), { leader, lines: kept.length } satisfies Attempt);
  }

  /** A trainer ended well without a result, as it does at the step to stop at, validated where that is due. */
  pause(): void {
    const { folder, spec, evaluation, lines, until } = this;
    if (until === undefined) return;
    const last = readMetrics(folder, spec, evaluation, lines).lines.at(-1);
    if (last === undefined || last.step < until) return;
    const isDue = until % spec.evaluateEvery === 0;
    if (last.step > until || !isDue || last.kind === 'evaluation')
      this.end = { status: 'paused', step: last.step };
  }

  /** A trainer ended without a result. */
  interrupted(): void {
    this.takenUp = true;
  }
}
