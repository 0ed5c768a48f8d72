/** Rate: what a tiny learning rate is for this model, batch and study (arXiv 2512.24503, appendix C). */
export { boundTerms, type TermsInput } from './bound-terms.js';
export { type BoundOptions, eq58, rateBound } from './bounds.js';
export { type ChoiceInput, chooseRate, lowerEndMargin, ruleOfThumb } from './choose.js';
export type { Arrays, DerivativeOptions, Derivatives, Products } from './derivatives.js';
export { freezeRate, type RateShape, readFrozenRate } from './frozen-rate.js';
export { OnnxDerivatives } from './onnx-derivatives.js';
export { type OpenOptions, withDerivatives } from './open.js';
export { type PowerIterationOptions, type SpectralNorm, spectralNorm } from './power-iteration.js';
export { reach, reachAtLoss } from './reach.js';
export { float32Floor, measuredFloor, type RoundingPoint, roundedAway } from './rounding.js';
export { writeShortEvaluation } from './short-evaluation.js';
export { distinctStreams, equalShares, type OrderedRecipe, type Stream } from './streams.js';
export { type Sweep, startingRates, sweepRates } from './sweep.js';
export { TorchDerivatives, type TorchPoint } from './torch-derivatives.js';
export { countTokens, mixCounts, unigramEntropy } from './unigram.js';
