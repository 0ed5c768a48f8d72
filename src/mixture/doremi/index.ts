/** DoReMi: a mixture by group DRO against a reference model; arithmetic only, the training is elsewhere. */
export { excessLosses } from './excess.js';
export { type DoremiOptions, paperDoremi, publicCodeDoremi } from './options.js';
export { type TokenWeightInput, tokenWeights } from './token-weights.js';
export { type DomainWeights, meanWeights, startWeights, updateWeights } from './weights.js';
