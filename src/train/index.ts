/** Train: run folders, and what turns one into a loss trajectory. */
export type { StepResult, Trainer, TrainerOptions, TrainState } from './engine.js';
export { type FinishedRun, readFinishedRun } from './finished.js';
export { readOutcome, readRunSpec, recordCrash } from './folder.js';
export { decidingPart, engineIdentity, resolveEngine } from './identity.js';
export { planSteps, type RunLength } from './length.js';
export { measureTokensPerSecond, type Speed, type SpeedShape, SpeedTest } from './measure.js';
export { resolveMicroBatch } from './micro-batch.js';
export { createOnnxTrainer, TrainerCache } from './onnx/index.js';
export type { PausedRun, RunProgress, TrainRunOptions } from './options.js';
export { callSeconds } from './pace.js';
export { type AppendOptions, appendPhase } from './phases.js';
export { prepareRun, type RunInput } from './prepare.js';
export { runProtocolSchema } from './protocol.js';
export { type RunState, readEvaluations, readProgress, readRunResult } from './result.js';
export { type RunEnd, trainRun, trainStack } from './run.js';
export { learningRateAt, resolveSchedule, sumOfRates } from './schedule.js';
export {
  engineOfRole,
  findTorch,
  type Gpu,
  MeasureProcess,
  measureStackSize,
  type Payload,
  pythonOf,
  requireTorch,
  type TorchFound,
  torchProblem,
} from './torch/index.js';
export { trainWeighted, type Weigher, type WeightedRunInput } from './weighted-run.js';
