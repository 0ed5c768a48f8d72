/** Executor: where runs go. */
export { availableCores } from './cores.js';
export { freezeThreads, plannedThreads } from './frozen-threads.js';
export { type LocalOptions, runLocally } from './local.js';
export type { RunProgress } from './overall.js';
export { ProgressDisplay, type ProgressStream } from './progress.js';
export { freeMachine, runBytes, wholeMachine, workersFor } from './workers.js';
