/** Transfer: how far a small proxy can be trusted to rank recipes for a tuned target. */
export { analyseTransfer, type TransferOptions } from './analyse.js';
export type {
  Estimated,
  HeatMap,
  ProxySetting,
  RateCurve,
  Stability,
  StabilityPoint,
  Transfer,
  TransferAnalysis,
  TunedRecipe,
} from './analysis.js';
export type { Hyperparameters, Measured, Metric, TrainedRun, TrainedRuns } from './runs.js';
