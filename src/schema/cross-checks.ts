/**
 * What needs more than one option to judge. It looks at whatever parts of the study have the right shape, so that
 * these problems are reported together with the misspelt keys.
 */
import type { z } from 'zod';
import { didYouMean } from '../suggest.js';
import { modelProblems } from './model-problems.js';
import type { Problem } from './problems.js';
import { parseShare, parseTokens } from './quantities.js';
import { recipeShape } from './recipe.js';
import { proxyShape, validationShape } from './shape.js';

/** A recipe's shares may miss 1 by this much. */
const shareTolerance = 1e-6;
/** A plan names the source of a window in one byte. */
const mostSources = 255;

export function crossCheck(value: unknown): Problem[] {
  if (!isMapping(value)) return [];
  const sources = Object.keys(isMapping(value.sources) ? value.sources : {});
  return [
    ...sourceProblems(value, sources),
    ...entriesOf(value.recipes, recipeShape).flatMap(([name, recipe]) =>
      recipeProblems(name, recipe, sources),
    ),
    ...validationProblems(value, sources),
    ...proxyProblems(value.proxy),
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
  if (sources.includes('without')) {
    const problem = 'a source cannot be named "without"';
    problems.push({
      path: ['sources', 'without'],
      atKey: true,
      problem,
      fix: 'The word belongs to recipes: choose another name.',
    });
  }
  if (sources.length > mostSources) {
    const [expected, got] = [`at most ${mostSources}`, String(sources.length)];
    problems.push({ path: ['sources'], atKey: true, problem: 'too many sources', expected, got });
  }
  return problems;
}

function recipeProblems(name: string, recipe: z.output<typeof recipeShape>, sources: string[]): Problem[] {
  if (recipe === 'natural') return [];
  const path = ['recipes', name];
  if (isWithout(recipe)) {
    const list = Array.isArray(recipe.without);
    const names = [recipe.without].flat();
    const problems = names.flatMap((source, i) =>
      unknownSource(source, sources, [...path, 'without', ...(list ? [i] : [])], false),
    );
    if (sources.length > 0 && sources.every((source) => names.includes(source)))
      problems.push({
        path,
        atKey: true,
        problem: `recipe "${name}" leaves out every source`,
        expected: 'at least one left',
      });
    return problems;
  }
  const problems: Problem[] = [];
  let total = 0;
  for (const [source, share] of Object.entries(recipe)) {
    if (source === 'without') {
      problems.push({
        path: [...path, source],
        problem: '"without" is not valid',
        expected: 'the name of a source or a list of names',
      });
      return problems;
    }
    problems.push(...unknownSource(source, sources, [...path, source], true));
    total += typeof share === 'number' ? share : share.weight;
  }
  if (Math.abs(total - 1) > shareTolerance) {
    const got = String(Number(total.toPrecision(7)));
    problems.push({
      path,
      atKey: true,
      problem: `the shares of recipe "${name}" do not fit`,
      expected: 'shares that add up to 1',
      got,
    });
  }
  return problems;
}

function isWithout(recipe: object): recipe is { without: string | string[] } {
  const { without } = recipe as { without?: unknown };
  return typeof without === 'string' || Array.isArray(without);
}

function validationProblems(study: Record<string, unknown>, sources: string[]): Problem[] {
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

function proxyProblems(value: unknown): Problem[] {
  if (!isMapping(value)) return [];
  const problems: Problem[] = [];
  const path = ['proxy'];
  const given = ['tokens', 'tokensPerParameter'].filter((key) => value[key] !== undefined);
  if (given.length !== 1) {
    const [expected, got] = [
      'either "tokens" or "tokensPerParameter"',
      given.length === 0 ? 'neither' : 'both',
    ];
    problems.push({ path, atKey: true, problem: 'the length of a run is not clear', expected, got });
  }
  for (const key of ['tokens', 'evaluationTokens']) {
    const shape = proxyShape.shape[key as 'tokens'].safeParse(value[key]);
    if (shape.success && shape.data !== undefined && parseTokens(shape.data) === undefined)
      problems.push({
        path: [...path, key],
        problem: `"${key}" is not valid`,
        expected: 'a number of tokens above 0, such as 1.5M',
      });
  }
  const model = proxyShape.shape.model.safeParse(value.model);
  if (model.success) problems.push(...modelProblems(model.data, [...path, 'model']));
  const batch = proxyShape.shape.batch.safeParse(value.batch);
  const microBatch = proxyShape.shape.microBatch.safeParse(value.microBatch);
  if (
    batch.success &&
    microBatch.success &&
    microBatch.data !== undefined &&
    batch.data % microBatch.data !== 0
  ) {
    const expected = `a divisor of batch (${batch.data})`;
    const got = String(microBatch.data);
    problems.push({
      path: [...path, 'microBatch'],
      problem: 'the micro-batch does not divide the batch',
      expected,
      got,
    });
  }
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

/** The entries of a section that have the right shape. */
function entriesOf<S extends z.ZodType>(section: unknown, shape: S): [string, z.output<S>][] {
  if (!isMapping(section)) return [];
  return Object.entries(section).flatMap(([name, value]) => {
    const parsed = shape.safeParse(value);
    return parsed.success ? [[name, parsed.data] as [string, z.output<S>]] : [];
  });
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
