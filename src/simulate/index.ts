/** Simulations of the theory that Assay rests on. They know no stage. */
export { defaultSettings, simulateRandomFeatures } from './random-features.js';
export type { Region } from './region.js';
export type { Cell, Pair, RandomFeatures, Settings, Side } from './result.js';
