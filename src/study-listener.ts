/** What a study tells while it runs; the command line shows it, a program may ignore it. */
import type { RunProgress } from './executor/index.js';
import type { MalformedRow } from './records.js';

export interface StudyListener {
  /** A stage begins or has something to say. */
  stage(message: string): void;
  /** Something that a user should know and need not act on. */
  notice(message: string): void;
  /** A row was skipped. */
  malformed(source: string, row: MalformedRow): void;
  /** A run moved on. */
  training(progress: RunProgress): void;
}

export const silentListener: StudyListener = { stage() {}, notice() {}, malformed() {}, training() {} };
