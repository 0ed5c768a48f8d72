/** Train: run folders, and what turns one into a loss trajectory. */
export type { StepResult, Trainer, TrainerOptions, TrainState } from './engine.js';
export { readRunSpec } from './folder.js';
export { engineIdentity } from './identity.js';
export { type RunLength, runLength } from './length.js';
export { createOnnxTrainer } from './onnx/index.js';
export { prepareRun, proxyModel, type RunInput } from './prepare.js';
export { type RunState, readProgress, readRunResult } from './result.js';
export { type RunProgress, type TrainRunOptions, trainRun } from './run.js';
export { learningRateAt, resolveSchedule } from './schedule.js';
