/** Recipes in stages, as a study writes them. */
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/errors.js';
import { parseStudy } from '../../src/load-study.js';
import type { RecipeSpec } from '../../src/records.js';

const head = `study: s
tokenizer: bytes
sources:
  web:  { path: web.jsonl }
  code: { path: code.jsonl }
  long: { of: web, where: "words > 1000" }
  rest: { of: web, where: "words <= 1000" }
validate: { v: { path: v.jsonl } }
proxy: { model: { layers: 2, width: 64, heads: 4 }, learningRate: 1e-3, tokens: 1M }
recipes:
`;
const lines = head.split('\n').length - 1;
const studyWith = (recipes: string) => head + recipes.trimEnd().replace(/^/gm, '  ');

async function recipesOf(recipes: string): Promise<Record<string, RecipeSpec>> {
  return (await parseStudy(studyWith(recipes), 'study.yaml')).recipes;
}

/** Problems as `line:column: message`, lines counted from the first recipe. */
async function problemsOf(recipes: string): Promise<string[]> {
  const error = await parseStudy(studyWith(recipes), 'study.yaml').then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  expect(error).toBeInstanceOf(AssayError);
  return (error as AssayError).message
    .split('\n')
    .map((line) => line.replace(/^study.yaml:(\d+)/, (_, n: string) => String(Number(n) - lines)));
}

const twoStages = '[{ until: 40 %, web: 0.7, code: 0.3 }, { web: 0.3, code: 0.7 }]';

describe('a recipe in stages', () => {
  test('has the shares of each stage, and those of the whole run', async () => {
    const { a } = await recipesOf(`a: { stages: ${twoStages} }`);
    expect(a!.kind).toBe('shares');
    expect(a!.stages).toEqual([
      { until: 0.4, weights: { web: 0.7, code: 0.3 } },
      { until: 1, weights: { web: 0.3, code: 0.7 } },
    ]);
    expect(a!.sources.web!.weight).toBeCloseTo(0.4 * 0.7 + 0.6 * 0.3, 12);
    expect(a!.sources.code!.weight).toBeCloseTo(0.4 * 0.3 + 0.6 * 0.7, 12);
  });

  test('says beside the stages what holds for a source in all of them', async () => {
    const { a } = await recipesOf(
      `a: { where: "words >= 50", web: { repeat: 2, where: "words < 9000" }, stages: ${twoStages} }`,
    );
    expect(a!.sources).toMatchObject({
      web: { repeat: 2, where: ['words >= 50', 'words < 9000'] },
      code: { repeat: 1, where: ['words >= 50'] },
    });
  });

  test('may take a part of a source in one stage and the rest of it in another', async () => {
    const { a } = await recipesOf('a: { stages: [{ until: 0.5, rest: 1 }, { long: 0.2, rest: 0.8 }] }');
    expect(a!.stages).toEqual([
      { until: 0.5, weights: { rest: 1 } },
      { until: 1, weights: { long: 0.2, rest: 0.8 } },
    ]);
    expect(a!.sources).toMatchObject({ rest: { weight: 0.9 }, long: { weight: 0.1 } });
  });

  test('takes conditions from the recipe that it is made from, and not its shares', async () => {
    const { b } = await recipesOf(
      `a: { web: { weight: 0.9, where: "words >= 50" }, code: 0.1 }\nb: { from: a, stages: [{ until: 0.25, web: 1 }, { code: 1 }] }`,
    );
    expect(b!.sources).toEqual({
      web: { weight: 0.25, repeat: 1, where: ['words >= 50'] },
      code: { weight: 0.75, repeat: 1, where: [] },
    });
  });

  test('hands its stages on, also without a source', async () => {
    const recipes = await recipesOf(
      `a: { stages: [{ until: 0.5, web: 0.6, code: 0.4 }, { code: 1 }] }\nb: { from: a, where: "words > 9" }\nc: { from: a, without: web }`,
    );
    expect(recipes.b!.stages).toEqual(recipes.a!.stages);
    expect(recipes.b!.sources.code!.where).toEqual(['words > 9']);
    expect(recipes.c!.stages).toEqual([
      { until: 0.5, weights: { code: 1 } },
      { until: 1, weights: { code: 1 } },
    ]);
    expect(Object.keys(recipes.c!.sources)).toEqual(['code']);
  });

  test('may be swept', async () => {
    const recipes = await recipesOf(
      `a: { stages: ${twoStages}, threshold: { column: words, atLeast: [5, 9] } }`,
    );
    expect(Object.keys(recipes)).toEqual(['a-5', 'a-9']);
    expect(recipes['a-9']!.stages).toHaveLength(2);
    expect(recipes['a-9']!.sources.code!.where).toEqual(['words >= 9']);
  });
});

describe('stages are refused, with their place,', () => {
  test.each([
    [
      'that do not end one after the other',
      'a: { stages: [{ until: 60 %, web: 1 }, { until: 0.5, web: 1 }, { web: 1 }] }',
      '1:51: stage 2 does not say where it ends, expected a share of the training above 0.6 and below 1, got 0.5',
    ],
    [
      'without an end before the last',
      'a: { stages: [{ web: 1 }, { web: 1 }] }',
      'stage 1 does not say where it ends',
    ],
    [
      'that end after the training',
      'a: { stages: [{ until: 140 %, web: 1 }, { web: 1 }] }',
      'above 0 and below 1, got 140 %',
    ],
    [
      'whose last one ends early',
      'a: { stages: [{ until: 40 %, web: 1 }] }',
      'the last stage goes to the end, expected no "until"',
    ],
    [
      'whose shares do not add up',
      'a: { stages: [{ until: 40 %, web: 0.5 }, { web: 1 }] }',
      'the shares of stage 1 do not fit, expected shares that add up to 1, got 0.5',
    ],
    [
      'with a source that is none',
      'a: { stages: [{ until: 40 %, wbe: 1 }, { web: 1 }] }',
      'no source is named "wbe"',
    ],
    [
      'beside a share',
      `a: { web: 0.5, stages: ${twoStages} }`,
      '"web" has a share beside stages, expected its share in each stage',
    ],
    [
      'beside a source that is in none',
      'a: { code: { repeat: 2 }, stages: [{ web: 1 }] }',
      '"code" is in no stage',
    ],
    [
      'when nothing is left of one',
      'a: { stages: [{ until: 0.5, web: 1 }, { code: 1 }] }\nb: { from: a, without: code }',
      'a stage has no other source',
    ],
    [
      'with a source beside a part of it',
      'a: { stages: [{ until: 0.5, web: 1 }, { long: 1 }] }',
      'the source that it is a part of',
    ],
    ['when they are none', 'a: { stages: [] }', 'expected a list such as'],
  ])('%s', async (_, recipes, expected) => {
    const problems = await problemsOf(recipes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  test('and no source can be named "stages" or "until"', async () => {
    for (const word of ['stages', 'until']) {
      const text = studyWith('a: natural').replace('code: {', `${word}: {`);
      await expect(parseStudy(text, 'study.yaml')).rejects.toThrow(`a source cannot be named "${word}"`);
    }
  });
});
