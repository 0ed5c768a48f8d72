/** From the losses of runs to a ranking of recipes that says how sure it is. */
export { type Agreement, agreement } from './agreement.js';
export { type RankOptions, rank, requireNoise } from './rank.js';
export {
  analyseTransfer,
  type Estimated,
  type HeatMap,
  type Hyperparameters,
  type Measured,
  type Metric,
  type ProxySetting,
  type RateCurve,
  type Stability,
  type StabilityPoint,
  type TrainedRun,
  type TrainedRuns,
  type Transfer,
  type TransferAnalysis,
  type TransferOptions,
  type TunedRecipe,
} from './transfer/index.js';
