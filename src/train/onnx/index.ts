export { createOnnxTrainer } from './trainer.js';
