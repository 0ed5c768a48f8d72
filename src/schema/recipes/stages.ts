/** `stages:` of a recipe: shares that change over training, while a source goes on in each where it was left. */
import { z } from 'zod';
import type { StageSpec } from '../../records.js';
import type { Problem } from '../problems.js';
import { parseShare, percentPattern } from '../quantities.js';
import type { StudyPath } from '../text.js';
import { says, share } from '../values.js';

const untilRule = says('a share of the training between 0 and 1, such as 40 % or 0.4');
const stage = z
  .strictObject({
    until: z
      .union([z.number(untilRule), z.string().regex(percentPattern, untilRule)], untilRule)
      .optional()
      .describe(
        'Share of the training after which the stage ends, rounded to a whole step. ' +
          'Default: the end of the training, for the last stage. Example: `40 %` or `0.4`.',
      )
      .meta({ examples: ['40 %', 0.4] }),
  })
  .catchall(
    share
      .describe('Share of the tokens of this stage that come from this source. Example: `0.7`.')
      .meta({ examples: [0.7] }),
  );

const stagesRule = says('a list such as [{ until: 40 %, web: 0.7, code: 0.3 }, { web: 0.3, code: 0.7 }]');
const example = [
  { until: '40 %', web: 0.7, code: 0.3 },
  { web: 0.3, code: 0.7 },
];
export const stagesShape = z
  .array(stage, stagesRule)
  .min(1, stagesRule)
  .optional()
  .describe(
    'Shares that change over training, one mixture after the other. Conditions and `repeat` of a source hold for all ' +
      'stages and stand beside them, without a weight. Default: the same shares throughout. ' +
      'Example: `[{ until: 40 %, web: 0.7, code: 0.3 }, { web: 0.3, code: 0.7 }]`.',
  )
  .meta({ examples: [example] });

type StagesFile = NonNullable<z.output<typeof stagesShape>>;

/** A stage's shares may miss 1 by this much. */
const shareTolerance = 1e-6;

/** Sources of a stage as written. */
export const sourcesOf = ({ until: _, ...weights }: StagesFile[number]): string[] => Object.keys(weights);

/**
 * @param path of the stages
 * @returns the stages; undefined when there are problems, which are added
 */
export function readStages(
  written: StagesFile,
  path: StudyPath,
  problems: Problem[],
): StageSpec[] | undefined {
  const before = problems.length;
  const ends: number[] = [];
  const stages = written.map(({ until, ...weights }, i) => {
    const last = i === written.length - 1;
    const end = last ? 1 : until === undefined ? undefined : parseShare(until);
    if (last && until !== undefined)
      problems.push({
        path: [...path, i, 'until'],
        problem: 'the last stage goes to the end',
        expected: 'no "until"',
      });
    if (end === undefined || end <= (ends.at(-1) ?? 0)) {
      const at = until === undefined ? [...path, i] : [...path, i, 'until'];
      const expected = `a share of the training above ${ends.at(-1) ?? 0} and below 1`;
      const got = until === undefined ? 'nothing' : String(until);
      problems.push({ path: at, problem: `stage ${i + 1} does not say where it ends`, expected, got });
    }
    ends.push(end ?? ends.at(-1) ?? 0);
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    if (Math.abs(total - 1) > shareTolerance) {
      problems.push({
        path: [...path, i],
        problem: `the shares of stage ${i + 1} do not fit`,
        expected: 'shares that add up to 1',
        got: String(Number(total.toPrecision(7))),
      });
    }
    return { until: ends.at(-1)!, weights };
  });
  return problems.length > before ? undefined : stages;
}

/** The stages without some sources, whose shares go to the others; undefined where a stage has no others. */
export function withoutSources(
  stages: readonly StageSpec[],
  left: readonly string[],
): StageSpec[] | undefined {
  if (left.length === 0) return [...stages];
  const rest = stages.map(({ until, weights }) => {
    const kept = Object.entries(weights).filter(([source]) => !left.includes(source));
    const total = kept.reduce((sum, [, weight]) => sum + weight, 0);
    return {
      until,
      total,
      weights: Object.fromEntries(kept.map(([name, weight]) => [name, weight / total])),
    };
  });
  if (rest.some(({ total }) => total === 0)) return undefined;
  return rest.map(({ until, weights }) => ({ until, weights }));
}

/** Share of each source in the whole run. */
export function overallShares(stages: readonly StageSpec[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const [i, { until, weights }] of stages.entries()) {
    const length = until - (stages[i - 1]?.until ?? 0);
    for (const [source, weight] of Object.entries(weights))
      shares.set(source, (shares.get(source) ?? 0) + length * weight);
  }
  return shares;
}
