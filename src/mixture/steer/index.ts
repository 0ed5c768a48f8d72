/** Steering: the controller that a trainer asks for its next mixture. No network here. */
export { type Controller, openController } from './controller.js';
export { type ControllerSpec, copyController, writeController } from './files.js';
export type { SteerAnswer, SteerEntry } from './journal.js';
export {
  type ReplayedAnswer,
  type ReplayedLoss,
  type ReplayedStage,
  replayJournal,
  replayRun,
} from './replay.js';
export { StageConflict, type SteerRequest } from './request.js';
