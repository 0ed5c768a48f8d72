/** Budget: how large the runs of a study may be for the time or arithmetic that it may spend. */

export { type Choice, choose } from './choose.js';
export { type Machine, workCost, workFlops } from './cost.js';
export { type Beyond, describeChoice, nameOf, tooSmall } from './describe.js';
export { type BudgetKey, freezeBudget, readFrozenBudget } from './frozen.js';
export { ladder, type Rung } from './ladder.js';
export { expectedNoise } from './noise.js';
export { buyingPath, type Stretch } from './path.js';
export { openSizes, type SizesInput } from './sizes.js';
export { type RunSpeed, type SpeedOf, Speeds } from './speeds.js';
export { type StudyFacts, type StudyWork, studyWork } from './work.js';
