/** Design: which mixtures to train proxies on. */
export { noiseOfRepeats, withAnchors } from './anchors.js';
export { chooseDOptimal, type DOptimalOptions, type MixtureModel } from './d-optimal.js';
export { drawDirichlet } from './dirichlet.js';
export { type Prior, priorOf, temper } from './prior.js';
export { type RegmixOptions, regmixDefaults, sampleRegmix } from './regmix.js';
export { nextRound, type RoundOptions, type RoundRule, rowsOf } from './rounds.js';
export { type SobolOptions, sampleSobol } from './sobol-design.js';
