/**
 * What a weighted run writes into a folder of its own: `weights.jsonl`, a line a step, `checkpoint.safetensors`, and
 * `done.json` last.
 *
 * What weighs tokens depends on the lines before, so the lines up to the checkpoint are all that a later process needs
 * to end with the same bits. The journal is flushed before a checkpoint is written, so it never lags behind one.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { Model } from '../model/index.js';
import { Journal, readJournal, readJson, writeJson } from '../store/index.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { TrainState } from './engine.js';
import { hasCheckpoint, runFiles } from './folder.js';

export const weightedFiles = { lines: 'weights.jsonl', done: 'done.json' } as const;

/** Training may stand still for this share of the time while checkpoints are written. */
const checkpointShare = 0.05;

export interface StepLine {
  /** From 1. */
  step: number;
  /** The sum of the batch's losses times their weights. */
  lossNats: number;
  /** Before clipping. */
  gradientNorm: number;
  learningRate: number;
}

/** The lines of a run that has ended; undefined for any other. */
export function readWeightedLines<Line>(folder: string, hash: string): (StepLine & Line)[] | undefined {
  if (readJson<{ hash?: string }>(join(folder, weightedFiles.done))?.hash !== hash) return undefined;
  return readJournal(join(folder, weightedFiles.lines));
}

export class WeightedRecord<Line> {
  private checkpointEnded = performance.now();
  private checkpointMilliseconds = 0;

  private constructor(
    private readonly folder: string,
    private readonly hash: string,
    private readonly model: Model,
    private readonly journal: Journal<StepLine & Line>,
  ) {}

  /**
   * Takes up the run where its checkpoint stands; without a usable one, from `start`.
   * @returns the lines of the steps that were taken
   */
  static async open<Line>(
    folder: string,
    hash: string,
    model: Model,
    steps: number,
    start: () => Promise<TrainState>,
    notice: (message: string) => void,
  ): Promise<{ record: WeightedRecord<Line>; state: TrainState; lines: (StepLine & Line)[] }> {
    let state = await readUsable(folder, hash, model, steps, notice);
    const path = join(folder, weightedFiles.lines);
    let { journal, kept: lines } = openLines<Line>(path, state?.step ?? 0);
    if (state !== undefined && lines.length !== state.step) {
      notice(`${path} does not reach the checkpoint, so this run starts again`);
      journal.close();
      ({ journal, kept: lines } = openLines<Line>(path, 0));
      state = undefined;
    }
    if (state === undefined) rmSync(join(folder, runFiles.checkpoint), { force: true });
    const record = new WeightedRecord<Line>(folder, hash, model, journal);
    return { record, state: state ?? (await start()), lines };
  }

  append(line: StepLine & Line): void {
    this.journal.append(line);
  }

  /** True when `seconds` have passed since the last checkpoint, or more if writing one takes long. */
  checkpointIsDue(seconds: number): boolean {
    const interval = Math.max(seconds * 1000, this.checkpointMilliseconds / checkpointShare);
    return performance.now() - this.checkpointEnded >= interval;
  }

  async checkpoint(state: TrainState, moments = true): Promise<void> {
    const begin = performance.now();
    this.journal.flush();
    await writeCheckpoint(join(this.folder, runFiles.checkpoint), this.model, this.hash, state, moments);
    this.checkpointEnded = performance.now();
    this.checkpointMilliseconds = this.checkpointEnded - begin;
  }

  /** Marks the run as ended. @param moments whether the optimizer's moments are kept */
  async finish(state: TrainState, moments: boolean): Promise<void> {
    await this.checkpoint(state, moments);
    await writeJson(join(this.folder, weightedFiles.done), { hash: this.hash, step: state.step });
  }

  close(): void {
    this.journal.close();
  }
}

const openLines = <Line>(path: string, steps: number) =>
  Journal.open<StepLine & Line>(path, ({ step }) => step <= steps);

async function readUsable(
  folder: string,
  hash: string,
  model: Model,
  steps: number,
  notice: (message: string) => void,
): Promise<TrainState | undefined> {
  if (!hasCheckpoint(folder)) return undefined;
  try {
    return await readCheckpoint(join(folder, runFiles.checkpoint), model, hash, steps);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    notice(`the checkpoint cannot be used, so this run starts again (${error.message})`);
    return undefined;
  }
}
