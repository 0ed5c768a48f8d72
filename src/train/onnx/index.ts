/** The embedded engine: one training step as an ONNX graph. */
export { compileOnnxTrainer, createOnnxTrainer } from './trainer.js';
export { TrainerCache } from './trainer-cache.js';
export { WeightedTrainer } from './weighted-trainer.js';
