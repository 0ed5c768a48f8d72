/**
 * What needs more than one option to judge. It looks at whatever parts of the study have the right shape, so that
 * these problems are reported together with the misspelt keys.
 */
import { didYouMean } from '../suggest.js';
import { budgetProblems } from './budget.js';
import { eliminationProblems } from './eliminate-problems.js';
import { engineProblems } from './engine-problems.js';
import { entriesOf, isMapping, namesOf } from './entries.js';
import type { Problem } from './problems.js';
import { parseShare } from './quantities.js';
import { partShape } from './recipes/part.js';
import { reservedWords } from './recipes/shape.js';
import { validationShape } from './shape.js';
import { modelListProblems } from './trained-model-problems.js';

/** A plan names the source of a window in one byte. */
const mostSources = 255;

export function crossCheck(value: unknown): Problem[] {
  if (!isMapping(value)) return [];
  const sources = namesOf(value.sources);
  return [
    ...sourceProblems(value, sources),
    ...validationProblems(value, sources),
    ...modelListProblems(value),
    ...budgetProblems(value),
    ...eliminationProblems(value),
    ...engineProblems(value),
  ];
}

function sourceProblems(study: Record<string, unknown>, sources: string[]): Problem[] {
  const problems: Problem[] = [];
  for (const section of ['sources', 'recipes', 'validate']) {
    if (isMapping(study[section]) && Object.keys(study[section]).length === 0)
      problems.push({
        path: [section],
        atKey: true,
        problem: `"${section}" is empty`,
        expected: 'at least one entry',
      });
  }
  for (const word of [...reservedWords, 'until'].filter((word) => sources.includes(word))) {
    problems.push({
      path: ['sources', word],
      atKey: true,
      problem: `a source cannot be named "${word}"`,
      fix: 'The word belongs to recipes: choose another name.',
    });
  }
  if (sources.length > mostSources) {
    const [expected, got] = [`at most ${mostSources}`, String(sources.length)];
    problems.push({ path: ['sources'], atKey: true, problem: 'too many sources', expected, got });
  }
  return problems;
}

function validationProblems(study: Record<string, unknown>, names: string[]): Problem[] {
  const parts = entriesOf(study.sources, partShape).map(([name]) => name);
  const sources = names.filter((name) => !parts.includes(name));
  const entries = entriesOf(study.validate, validationShape);
  const problems: Problem[] = [];
  for (const [name, domain] of entries) {
    if (!('of' in domain)) continue;
    problems.push(...unknownSource(domain.of, sources, ['validate', name, 'of'], false));
    if (parseShare(domain.holdout) === undefined) {
      const expected = 'a share above 0 and below 1, such as 0.5 % or 0.005';
      problems.push({
        path: ['validate', name, 'holdout'],
        problem: 'nothing or everything would be held out',
        expected,
      });
    }
  }
  const all = isMapping(study.validate) ? Object.keys(study.validate).length : 0;
  if (all > 0 && entries.length === all && entries.every(([, { weight }]) => weight === 0))
    problems.push({
      path: ['validate'],
      atKey: true,
      problem: 'every weight is 0',
      expected: 'at least one weight above 0',
    });
  return problems;
}

function unknownSource(
  source: string,
  sources: string[],
  path: (string | number)[],
  atKey: boolean,
): Problem[] {
  if (sources.includes(source)) return [];
  const fix = didYouMean(source, sources);
  return [{ path, atKey, problem: `no source is named "${source}"`, ...(fix && { fix }) }];
}
