/**
 * What a run writes, and taking up what an earlier process wrote.
 *
 * The checkpoint is the only state: lines of the journal after its step are forgotten and made again. The journal is
 * flushed before a checkpoint is written, so it never lags behind one. A checkpoint is written while training goes on;
 * a run ends only after the last one is whole.
 */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { Model } from '../model/index.js';
import type { AlignmentMetric, EvaluationMetric, MetricLine, RunOutcome, RunSpec } from '../records.js';
import { hashFile, Journal, readJson, writeJson } from '../store/index.js';
import { readCheckpoint, readWeights, writeCheckpoint } from './checkpoint.js';
import { writeDocumentLosses } from './documents.js';
import type { Trainer, TrainState } from './engine.js';
import type { EvaluationLosses } from './evaluate.js';
import { hasCheckpoint, removeResults, runFiles } from './folder.js';
import { realisedPhases } from './phases.js';

/** Training may stand still for this share of the time while checkpoints are copied. */
const checkpointShare = 0.05;

export class RunRecord {
  private readonly started = performance.now();
  private checkpointEnded = performance.now();
  private checkpointMilliseconds = 0;
  /** The checkpoint that is being written; never rejects. */
  private writing: Promise<void> | undefined;
  /** Why the last one could not be written. */
  private failure: unknown;

  private constructor(
    private readonly folder: string,
    private readonly spec: RunSpec,
    private readonly model: Model,
    private readonly journal: Journal<MetricLine>,
    /** Seconds of earlier processes, up to their last checkpoint. */
    private readonly earlierSeconds: number,
    /** Steps after which there is an evaluation already. */
    readonly evaluated: ReadonlySet<number>,
  ) {}

  /**
   * Takes up the run where its checkpoint stands, or at the start.
   * @param notice told when a checkpoint is there but cannot be used
   */
  static async open(
    folder: string,
    spec: RunSpec,
    model: Model,
    notice: (message: string) => void,
  ): Promise<{ record: RunRecord; state: TrainState }> {
    const state = await readUsableCheckpoint(folder, spec, model, notice);
    if (state === undefined) removeResults(folder);
    const at = state?.step ?? -1;
    const { journal, kept } = openJournal(folder, spec, at);
    if (state !== undefined && kept.filter(({ kind }) => kind === 'step').length !== at) {
      notice(`${spec.id}: metrics.jsonl does not reach the checkpoint, so this run starts again`);
      journal.close();
      removeResults(folder);
      return RunRecord.open(folder, spec, model, notice);
    }
    const timing = readJson<{ seconds?: number }>(join(folder, runFiles.timing));
    const evaluated = new Set(kept.filter(({ kind }) => kind === 'evaluation').map(({ step }) => step));
    const record = new RunRecord(folder, spec, model, journal, timing?.seconds ?? 0, evaluated);
    return { record, state: state ?? (await readWeights(join(folder, runFiles.init), model)) };
  }

  /** Whether a checkpoint is on its way to the disk. */
  get isWriting(): boolean {
    return this.writing !== undefined;
  }

  step(step: number, lossNats: number, gradientNorm: number, learningRate: number): void {
    const tokens = this.tokensAfter(step);
    this.journal.append({ kind: 'step', step, tokens, lossNats, gradientNorm, learningRate });
  }

  alignment({ step, ...measured }: Omit<AlignmentMetric, 'kind' | 'tokens'>): void {
    this.journal.append({ kind: 'alignment', step, tokens: this.tokensAfter(step), ...measured });
  }

  evaluation(step: number, domains: EvaluationMetric['domains']): void {
    this.journal.append({ kind: 'evaluation', step, tokens: this.tokensAfter(step), domains });
  }

  /**
   * True when `seconds` have passed since the last checkpoint was whole, or more if taking one holds up training long.
   * @throws what kept the last one from being written
   */
  checkpointIsDue(seconds: number): boolean {
    if (this.failure !== undefined) throw this.failure;
    if (this.writing !== undefined) return false;
    const interval = Math.max(seconds * 1000, this.checkpointMilliseconds / checkpointShare);
    return performance.now() - this.checkpointEnded >= interval;
  }

  /** Takes a checkpoint and begins to write it; training may go on. An error is thrown later. */
  beginCheckpoint(trainer: Pick<Trainer, 'state'>): void {
    const begin = performance.now();
    const state = trainer.state();
    this.journal.flush();
    this.checkpointMilliseconds = performance.now() - begin;
    this.writing = this.write(state)
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.checkpointEnded = performance.now();
        this.writing = undefined;
      });
  }

  /** Writes a checkpoint. */
  async checkpoint(trainer: Pick<Trainer, 'state'>): Promise<void> {
    await this.written();
    this.beginCheckpoint(trainer);
    await this.written();
  }

  /** Writes the results, `done.json` last: where it stands, everything else is whole. */
  async finish(state: TrainState, documents: EvaluationLosses['documents']): Promise<RunOutcome> {
    const { folder, spec, model } = this;
    await this.written();
    this.journal.flush();
    await writeDocumentLosses(join(folder, runFiles.documents), documents);
    await writeCheckpoint(join(folder, runFiles.checkpoint), model, spec.hash, state, spec.keepOptimizer);
    const files: Record<string, string> = {};
    for (const file of [runFiles.metrics, runFiles.documents, runFiles.checkpoint]) {
      files[file] = await hashFile(join(folder, file));
    }
    const phases = realisedPhases(folder, spec);
    return this.end({
      ...{ status: 'done', hash: spec.hash, step: state.step, files },
      ...(phases && { phases }),
      ...this.measures(),
    });
  }

  /** Ends the run for a reason of its own, which would come up again; its metrics are kept. */
  async fail(step: number, reason: string): Promise<RunOutcome> {
    await this.written();
    this.journal.flush();
    rmSync(join(this.folder, runFiles.checkpoint), { force: true });
    return this.end({ status: 'failed', hash: this.spec.hash, step, reason, ...this.measures() });
  }

  /** Nothing is written afterwards. */
  async close(): Promise<void> {
    await this.writing;
    this.journal.close();
  }

  private async write(state: TrainState): Promise<void> {
    await writeCheckpoint(join(this.folder, runFiles.checkpoint), this.model, this.spec.hash, state, true);
    await writeJson(join(this.folder, runFiles.timing), { seconds: this.seconds() });
  }

  /** The checkpoint at hand is whole. */
  private async written(): Promise<void> {
    await this.writing;
    if (this.failure !== undefined) throw this.failure;
  }

  private async end(outcome: RunOutcome): Promise<RunOutcome> {
    await writeJson(join(this.folder, runFiles.done), outcome);
    rmSync(join(this.folder, runFiles.timing), { force: true });
    return outcome;
  }

  private measures(): Pick<RunOutcome, 'metricsBytes' | 'seconds'> {
    const { size } = statSync(join(this.folder, runFiles.metrics));
    return { metricsBytes: size, seconds: this.seconds() };
  }

  private tokensAfter(step: number): number {
    return step * this.spec.batch * this.spec.context;
  }

  private seconds(): number {
    return this.earlierSeconds + (performance.now() - this.started) / 1000;
  }
}

async function readUsableCheckpoint(
  folder: string,
  spec: RunSpec,
  model: Model,
  notice: (message: string) => void,
): Promise<TrainState | undefined> {
  if (!hasCheckpoint(folder)) return undefined;
  try {
    return await readCheckpoint(join(folder, runFiles.checkpoint), model, spec.hash, spec.steps);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    notice(`${spec.id}: the checkpoint cannot be used, so this run starts again (${error.message})`);
    return undefined;
  }
}

/** Keeps lines up to step `at`; the final evaluation is always made again, because it gives the document losses. */
function openJournal(
  folder: string,
  spec: RunSpec,
  at: number,
): { journal: Journal<MetricLine>; kept: MetricLine[] } {
  return Journal.open<MetricLine>(
    join(folder, runFiles.metrics),
    ({ kind, step }) => step <= at && !(kind === 'evaluation' && step === spec.steps),
  );
}
