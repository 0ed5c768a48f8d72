/** Study files, with the signals that their conditions may name. */
import type { Column } from './conditions/index.js';
import type { Study } from './records.js';
import { loadStudy as load, parseStudy as parse } from './schema/index.js';

/**
 * Reads a study file.
 * @throws AssayError (exit code study) when it cannot be read or is not valid, with every problem on a line of its own
 */
export function loadStudy(file: string): Promise<Study> {
  return load(file, signalColumns);
}

/**
 * Checks the text of a study and fills in its defaults. Relative paths are taken from the folder of `file`.
 * @throws AssayError (exit code study) with every problem on a line of its own, each with line and column
 */
export function parseStudy(text: string, file: string): Promise<Study> {
  return parse(text, file, signalColumns);
}

/** What is measured about every document, or is when a condition names it. */
async function signalColumns(languageModels: readonly string[]): Promise<Column[]> {
  // Loaded late: a study without conditions needs none of it.
  const { signalFamilies } = await import('./corpus/index.js');
  return signalFamilies(languageModels).flatMap(({ columns }) => [...columns]);
}
