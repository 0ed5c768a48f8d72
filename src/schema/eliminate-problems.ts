/** What stands in the way of stopping runs early. */
import { eliminateShape } from './eliminate.js';
import { isMapping } from './entries.js';
import type { Problem } from './problems.js';

export function eliminationProblems(study: Record<string, unknown>): Problem[] {
  if (study.eliminate === undefined) return [];
  const problems: Problem[] = [];
  const [first] = [study.proxy].flat();
  if (isMapping(first) && first.seeds === 1) {
    problems.push({
      path: ['eliminate'],
      atKey: true,
      problem: 'nothing would show how large the noise of seeds is',
      expected: 'a proxy with at least 2 seeds',
      got: 'seeds: 1',
    });
  }
  if (isMapping(study.engine) && study.engine.command !== undefined) {
    problems.push({
      path: ['eliminate'],
      atKey: true,
      problem: 'your own trainer cannot be stopped at a step and taken up again',
      expected: '`engine: onnx` or `engine: torch`',
      got: 'engine: { command: … }',
      fix: 'Leave out `eliminate`, or `engine`.',
    });
  }
  return [...problems, ...keepProblems(study)];
}

/** With a threshold a recipe stands for several, so that the number of names says little. */
function keepProblems({ eliminate, recipes }: Record<string, unknown>): Problem[] {
  const shape = eliminateShape.safeParse(eliminate);
  if (!shape.success || shape.data === undefined || !isMapping(recipes)) return [];
  const written = Object.values(recipes);
  if (written.some((recipe) => isMapping(recipe) && recipe.threshold !== undefined)) return [];
  const { keep } = shape.data;
  if (written.length === 0 || keep < written.length) return [];
  return [
    {
      path: ['eliminate'],
      atKey: true,
      problem: 'as many recipes are kept as there are, so that none could be stopped',
      expected: `\`keep\` below the number of recipes (${written.length})`,
      got: `keep: ${keep}`,
      fix: 'Leave out `eliminate`, or keep fewer.',
    },
  ];
}
