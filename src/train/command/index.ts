/** Trainers that are other programs, which read and write the run folder. */
export { commandProgram, type TrainerProgram } from './program.js';
export { type OpenedRun, trainByProgram } from './train.js';
