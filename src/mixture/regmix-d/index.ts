/** RegMix-D: a mixture for every stage of training, from loss trajectories of proxies. */
export { choose } from './choose.js';
export type { TrainingState } from './costs.js';
export { type FitStagesOptions, fitStages } from './fit-stages.js';
export { type PlannedRun, trajectoriesOfRuns } from './from-runs.js';
export { modelFromJson, modelToJson, type StageModelJson } from './model-json.js';
export { type Horizon, rulesOf, type ScheduleOptions, type ScheduleRules } from './options.js';
export { readTrajectories } from './read-trajectories.js';
export {
  type MixtureSchedule,
  named,
  type PredictedLoss,
  phasesOf,
  type SchedulePhase,
  scheduleOffline,
} from './schedule.js';
export { type Predicts, type StageModel, stagesOf } from './stage-model.js';
export { type Boundaries, boundariesOf } from './stages.js';
export { endsOf, lossesAt, mixtureOver, type Trajectories, type Trajectory } from './trajectories.js';
