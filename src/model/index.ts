/** Model: the families as graphs, their sizes, costs and initial weights. */
export { buildModel } from './build.js';
export {
  type Continuation,
  type ContinuationScore,
  type ScoreOptions,
  scoreContinuations,
} from './continuations.js';
export { chooseMicroBatch, flopsPerToken, isLarge, stepBytes } from './cost.js';
export { type HessianVectorProduct, hessianVectorGraph, hessianVectorProduct } from './curvature.js';
export { exampleGradientNorms } from './example-gradients.js';
export { type GradientProduct, gradientProductsGraph } from './gradient-products.js';
export {
  type LoadedModel,
  readHuggingFace,
  type TokenizerInfo,
  writeHuggingFace,
} from './hugging-face/index.js';
export { initialise } from './initialise.js';
export {
  countParameters,
  type Initialisation,
  type Model,
  type ModelSizes,
  type ParameterSpec,
} from './model.js';
export { type Preset, type PresetName, presets } from './presets.js';
export { type TextLosses, textLosses } from './token-losses.js';
