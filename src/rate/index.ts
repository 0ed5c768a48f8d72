/** Rate: what a tiny learning rate is for this model, batch and study (arXiv 2512.24503, appendix C). */
export { adamMetric, boundTerms, type TermsInput, type TrainingPoint } from './bound-terms.js';
export { type BoundOptions, eq58, rateBound } from './bounds.js';
export { type PowerIterationOptions, type SpectralNorm, spectralNorm } from './power-iteration.js';
export { meanLoss, validationLoss, type WeightedWindows } from './weighted-windows.js';
