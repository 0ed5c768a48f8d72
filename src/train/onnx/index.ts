/** The embedded engine: one training step as an ONNX graph. */
export { createOnnxTrainer } from './trainer.js';
