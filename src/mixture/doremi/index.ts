/** DoReMi: a mixture by group DRO against a reference model. Arithmetic only; what trains is elsewhere. */
export { excessLosses } from './excess.js';
export { checkDoremi, type DoremiOptions, paperDoremi, publicCodeDoremi } from './options.js';
export { type TokenWeightInput, tokenWeights } from './token-weights.js';
export { type ComparedBatch, DomainWeigher, type WeightsLine } from './weigher.js';
export { type DomainWeights, meanWeights, startWeights, updateWeights } from './weights.js';
