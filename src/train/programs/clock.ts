/** The time that a run has taken, over all processes that trained it. */
import { join } from 'node:path';
import { readJson, writeJson } from '../../store/index.js';
import { runFiles } from '../folder.js';

export class Clock {
  private readonly path: string;
  private counted: number;
  private since = performance.now();
  private sharers = 1;
  private last = Promise.resolve();

  constructor(folder: string) {
    this.path = join(folder, runFiles.timing);
    this.counted = readJson<{ seconds?: number }>(this.path)?.seconds ?? 0;
  }

  seconds(): number {
    return this.counted + (performance.now() - this.since) / 1000 / this.sharers;
  }

  /** From now on the time is that of several runs, each of which takes its part. */
  shareAmong(sharers: number): void {
    this.counted = this.seconds();
    this.since = performance.now();
    this.sharers = sharers;
  }

  /** Keeps the time for the next process. */
  note(): Promise<void> {
    // One after the other, so that none is still writing when the run has ended.
    this.last = this.last.catch(() => {}).then(() => writeJson(this.path, { seconds: this.seconds() }));
    return this.last;
  }
}
