/** Early decision: which recipes need not be trained to the end. */
export { ruleVersion } from './constants.js';
export { decideRung, type RungInput, survivors } from './decide.js';
export { trajectoriesOf, type ValidatedRun } from './of-runs.js';
export { trajectoriesOfTrained } from './of-trained.js';
export { type Replay, replayElimination } from './replay.js';
export { type RunLength, rungSteps } from './rungs.js';
export { summarise } from './summarise.js';
export type { Trajectories } from './trajectories.js';
