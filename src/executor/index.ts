/** Executor: where runs go. */
export { type LocalOptions, runLocally } from './local.js';
export type { RunProgress } from './overall.js';
export { ProgressDisplay, type ProgressStream } from './progress.js';
export { defaultWorkers, runBytes } from './workers.js';
