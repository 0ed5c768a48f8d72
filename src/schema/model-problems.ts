/** Sizes of a model that do not go together. */
import type { ModelFile } from './model.js';
import type { Problem } from './problems.js';

/** @param path of the model in the study */
export function modelProblems(model: ModelFile, path: (string | number)[]): Problem[] {
  if (typeof model === 'string') return [];
  const { family, width, heads } = model;
  const size = family === 'gemma3' ? (model.headSize ?? width / heads) : width / heads;
  if (!Number.isInteger(size)) {
    return [
      {
        path: [...path, 'width'],
        problem: 'the heads do not divide the width',
        expected: `a multiple of heads (${heads})`,
        got: String(width),
      },
    ];
  }
  const problems: Problem[] = [];
  if ('keyValueHeads' in model && model.keyValueHeads !== undefined && heads % model.keyValueHeads !== 0) {
    problems.push({
      path: [...path, 'keyValueHeads'],
      problem: 'the key and value heads do not divide the heads',
      expected: `a divisor of heads (${heads})`,
      got: String(model.keyValueHeads),
    });
  }
  const share = family === 'gpt-neox' ? (model.rotaryShare ?? 0.25) : 1;
  const rotated = Math.floor(size * share);
  const rotates = family !== 'gpt2' && family !== 'opt';
  if (rotates && (rotated < 2 || rotated % 2 !== 0)) {
    problems.push({
      path: [...path, family === 'gemma3' && model.headSize !== undefined ? 'headSize' : 'heads'],
      problem: 'the rotated dimensions of a head do not form pairs',
      expected: 'an even number of them',
      got: String(rotated),
    });
  }
  return problems;
}
