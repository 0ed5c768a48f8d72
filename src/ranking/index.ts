/** From the losses of runs to a ranking of recipes that says how sure it is. */
export { type Agreement, agreement } from './agreement.js';
export { accumulatedAlignment, alignmentMetric, rankByAlignment } from './alignment.js';
export {
  decideRung,
  type Replay,
  type RungInput,
  type RunLength,
  replayElimination,
  ruleVersion,
  rungSteps,
  summarise,
  survivors,
  type Trajectories,
  trajectoriesOf,
  trajectoriesOfTrained,
  type ValidatedRun,
} from './elimination/index.js';
export { type RankOptions, rank, requireNoise } from './rank.js';
export { studyStability } from './study-stability.js';
export {
  analyseTransfer,
  type Measured,
  type Metric,
  ownRuns,
  ownTransfers,
  type SettingResults,
  type TrainedRun,
  type TrainedRuns,
  type TransferOptions,
} from './transfer/index.js';
