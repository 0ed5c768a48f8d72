/** The user's own trainer: a program that reads and writes the run folder. */
export { trainByCommand } from './train.js';
