/** What needs more than one option of a model, or more than one model, to judge. */
import { isMapping } from './entries.js';
import { modelProblems } from './model-problems.js';
import type { Problem } from './problems.js';
import { parseTokens } from './quantities.js';
import { proxyShape } from './trained-model.js';

/** The first proxy stands alone; what other models leave out they take from it. */
export function modelListProblems(study: Record<string, unknown>): Problem[] {
  const proxies = placed(study.proxy, ['proxy']);
  const targets = placed(study.target, ['target']);
  const first = proxies[0]?.value;
  return [
    ...proxies.flatMap(({ value, path }, i) => modelProblemsOf(value, path, i === 0 ? undefined : first)),
    ...targets.flatMap(({ value, path }) => [
      ...modelProblemsOf(value, path, first),
      ...rateProblems(value, path),
    ]),
  ];
}

/** The models of an option that holds one or a list. */
export function placed(
  value: unknown,
  path: (string | number)[],
): { value: Record<string, unknown>; path: (string | number)[] }[] {
  if (Array.isArray(value))
    return value.flatMap((each, i) => (isMapping(each) ? [{ value: each, path: [...path, i] }] : []));
  return isMapping(value) ? [{ value, path }] : [];
}

function rateProblems(target: Record<string, unknown>, path: (string | number)[]): Problem[] {
  const grids = [target.sweep ?? []].flat().filter(isMapping);
  const rated = grids.length > 0 && grids.every(({ learningRate }) => learningRate !== undefined);
  if (rated || target.learningRate !== undefined) return [];
  const expected = '`learningRate: 3e-4` or `sweep: { learningRate: [1e-4, 3e-4, 1e-3] }`';
  return [{ path, atKey: true, problem: 'the target has no learning rate', expected }];
}

function modelProblemsOf(
  value: Record<string, unknown>,
  path: (string | number)[],
  first?: Record<string, unknown>,
): Problem[] {
  const problems: Problem[] = [];
  const given = ['tokens', 'tokensPerParameter'].filter((key) => value[key] !== undefined);
  if (first === undefined ? given.length !== 1 : given.length > 1) {
    const [expected, got] = [
      'either "tokens" or "tokensPerParameter"',
      given.length === 0 ? 'neither' : 'both',
    ];
    problems.push({ path, atKey: true, problem: 'the length of a run is not clear', expected, got });
  }
  if (isMapping(value.sweep) || Array.isArray(value.sweep))
    problems.push(...gridProblems(value, [...path, 'sweep']));
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
  const batch = proxyShape.shape.batch.safeParse(value.batch ?? first?.batch);
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

function gridProblems(model: Record<string, unknown>, path: (string | number)[]): Problem[] {
  return placed(model.sweep, path).flatMap(({ value: grid, path }) => {
    const problems: Problem[] = [];
    if (grid.tokens !== undefined && grid.tokensPerParameter !== undefined) {
      const expected = 'either "tokens" or "tokensPerParameter"';
      problems.push({
        path,
        atKey: true,
        problem: 'the length of a run is not clear',
        expected,
        got: 'both',
      });
    }
    const batches = Array.isArray(grid.batch) ? grid.batch : [];
    const { microBatch } = model;
    for (const [i, batch] of batches.entries()) {
      if (typeof microBatch !== 'number' || typeof batch !== 'number' || batch % microBatch === 0) continue;
      const problem = 'the micro-batch does not divide the batch';
      problems.push({
        path: [...path, 'batch', i],
        problem,
        expected: `a multiple of ${microBatch}`,
        got: String(batch),
      });
    }
    return problems;
  });
}
