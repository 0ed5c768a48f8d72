/** Which mixture of domains to train on, and at which stage: losses of small runs to weights or a schedule. */
export {
  chooseDOptimal,
  drawDirichlet,
  nextRound,
  noiseOfRepeats,
  type Prior,
  priorOf,
  type RoundRule,
  rowsOf,
  sampleRegmix,
  sampleSobol,
  temper,
  withAnchors,
} from './design/index.js';
export {
  checkDoremi,
  DomainWeigher,
  type DoremiOptions,
  paperDoremi,
  publicCodeDoremi,
  type WeightsLine,
} from './doremi/index.js';
export {
  type ComparedMixture,
  compareMixture,
  type Dependence,
  type ExaminedMetric,
  examineFit,
  type FitExamination,
  type HeldOut,
  type ImportanceOptions,
  type MixtureReport,
  type NamedPhases,
  type ParetoFront,
  type ProposalReport,
  partialDependence,
  permutationImportance,
  type ReportInputs,
  reportMixtures,
} from './examine/index.js';
export {
  type Exported,
  type ExportFormat,
  exporters,
  exportFormats,
  type Phase,
  planTokens,
  type Source,
  type TokenPlan,
} from './export/index.js';
export { type FitRunsOptions, fitRuns, type MetricFit, type RunsFit } from './fit/fit-runs.js';
export { type CrossJudgeOptions, type Judgement, judge, judgeByFolds, predictByFolds } from './fit/judge.js';
export { type MixtureRuns, readMixtureRuns } from './fit/mixture-runs.js';
export { readTable, type Table } from './fit/tables.js';
export {
  type DesignDistance,
  distanceToDesign,
  type FitMetricsOptions,
  type FittedMetric,
  fitMetrics,
  type Gain,
  type LimitOptions,
  type Limits,
  limitsOf,
  mixturesOf,
  noiseOf,
  type Objective,
  type ParetoPoint,
  type Proposal,
  type ProposeOptions,
  paretoFront,
  propose,
  refitOn,
} from './proposers/index.js';
export {
  boundariesOf,
  choose,
  endsOf,
  type FitStagesOptions,
  fitStages,
  type Horizon,
  type MixtureSchedule,
  type PlannedRun,
  type PredictedLoss,
  type Predicts,
  readTrajectories,
  rulesOf,
  type ScheduleOptions,
  type SchedulePhase,
  type StageModel,
  scheduleOffline,
  type Trajectories,
  type Trajectory,
  trajectoriesOfRuns,
} from './regmix-d/index.js';
export { type OutOfFold, predictUnseen } from './regressors/cross-validate.js';
export {
  auto,
  type EnsembleRegressor,
  ensembleOf,
  type FittedEnsemble,
  type FittedMember,
  type Member,
} from './regressors/ensemble.js';
export { type GbdtOptions, gbdt, gbdtDefaults, gbdtWith } from './regressors/gbdt.js';
export {
  type FittedGp,
  type GpOptions,
  type GpPrediction,
  type GpRegressor,
  gp,
  gpWith,
} from './regressors/gp.js';
export { type LinearOptions, linear, linearWith } from './regressors/linear.js';
export {
  type FittedLoglinear,
  type LoglinearLaw,
  type LoglinearRegressor,
  loglinear,
} from './regressors/loglinear.js';
export { type RegressorName, regressorNames, regressors } from './regressors/named.js';
export type {
  FitOptions,
  FittedJson,
  FittedRegressor,
  Matrix,
  PredictionWithError,
  Regressor,
} from './regressors/regressor.js';
export {
  type Controller,
  type ControllerSpec,
  copyController,
  openController,
  type ReplayedAnswer,
  type ReplayedLoss,
  type ReplayedStage,
  replayJournal,
  replayRun,
  StageConflict,
  type SteerAnswer,
  type SteerRequest,
  writeController,
} from './steer/index.js';
