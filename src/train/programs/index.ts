/** Trainers that are other programs, which read and write the run folder. */
export { commandProgram, type TrainerProgram } from './program.js';
export type { OpenedRun } from './supervised-run.js';
export { trainByProgram } from './train.js';
