/** The time that a run has taken, over all processes that trained it. */
import { join } from 'node:path';
import { readJson, writeJson } from '../../store/index.js';
import { runFiles } from '../folder.js';

export interface Clock {
  seconds(): number;
  /** Keeps the time for the next process. */
  note(): Promise<void>;
}

export function startClock(folder: string): Clock {
  const path = join(folder, runFiles.timing);
  const earlier = readJson<{ seconds?: number }>(path)?.seconds ?? 0;
  const started = performance.now();
  const seconds = (): number => earlier + (performance.now() - started) / 1000;
  let last = Promise.resolve();
  const note = (): Promise<void> => {
    // One after the other, so that none is still writing when the run has ended.
    last = last.catch(() => {}).then(() => writeJson(path, { seconds: seconds() }));
    return last;
  };
  return { seconds, note };
}
