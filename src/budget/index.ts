/** Budget: how large the runs of a study may be for the time or arithmetic that it may spend. */

export { type Choice, choose } from './choose.js';
export { type Machine, workCost, workFlops } from './cost.js';
export { type Beyond, describeChoice, tooSmall } from './describe.js';
export { freezeBudget, readFrozenBudget } from './frozen.js';
export { ladder } from './ladder.js';
export { expectedNoise } from './noise.js';
export { buyingPath, type Stretch } from './path.js';
export { openSizes } from './sizes.js';
export { type SpeedOf, Speeds } from './speeds.js';
export { type StudyFacts, studyWork } from './work.js';
