/** What a killed process leaves behind. */
import { temporaryFor } from '../../src/store/index.js';

/** The temporary name of `path` that a process would have used that is gone: its id is above the largest of Linux. */
export function temporaryOfKilled(path: string): string {
  return temporaryFor(path).replace(/-\d+-(\d*-\d+\.tmp)$/, `-${2 ** 22 + 1}-$1`);
}
