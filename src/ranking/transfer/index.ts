/** Transfer: how far a small proxy can be trusted to rank recipes for a tuned target. */
export { analyseTransfer, type TransferOptions } from './analyse.js';
export { ownRuns, type SettingResults } from './own-runs.js';
export { ownTransfers } from './own-transfers.js';
export type { Measured, Metric, TrainedRun, TrainedRuns } from './runs.js';
export { rankStability } from './stability.js';
