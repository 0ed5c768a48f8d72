/** Trainers for tests, as a study names them. */
import { fileURLToPath } from 'node:url';
import type { CommandEngine } from '../../src/records.js';

const folder = fileURLToPath(new URL('fixtures', import.meta.url));

/** `node WORDS`, with paths relative to `fixtures/`. */
export function command(...words: string[]): CommandEngine {
  return { name: 'command', command: ['node', ...words], folder, version: '1' };
}

/** A trainer with one defect, of those in `fixtures/misbehaving.mjs`. */
export function misbehaving(defect: string): CommandEngine {
  return command('./misbehaving.mjs', defect);
}
