import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/errors.js';
import { parseStudy } from '../../src/load-study.js';
import { repetitionThresholds } from '../../src/presets.js';
import type { RecipeSpec } from '../../src/records.js';

const head = `study: s
tokenizer: bytes
sources:
  web:  { path: web.jsonl, columns: [stars] }
  code: { path: code.jsonl }
  long: { of: web, where: "words > 1000" }
  tail: { of: web, where: "perplexity_wiki_part = 'tail' AND words <= 1000" }
languageModels: { wiki: { path: wiki.arpa } }
validate: { v: { path: v.jsonl } }
proxy: { model: { layers: 2, width: 64, heads: 4 }, learningRate: 1e-3, tokens: 1M }
recipes:
`;
const lines = head.split('\n').length - 1;

function studyWith(recipes: string): string {
  return head + recipes.trimEnd().replace(/^/gm, '  ');
}

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

describe('a recipe', () => {
  test('that is natural has every source and no part', async () => {
    expect(await recipesOf('a: natural\nb: { without: code }')).toEqual({
      a: { kind: 'natural', sources: { web: { repeat: 1, where: [] }, code: { repeat: 1, where: [] } } },
      b: { kind: 'natural', sources: { web: { repeat: 1, where: [] } } },
    });
  });

  test('may name sources and parts without weights: natural proportions among these', async () => {
    const { a } = await recipesOf('a: { long: {}, code: { repeat: 2 } }');
    expect(a).toEqual({
      kind: 'natural',
      sources: { long: { repeat: 1, where: [] }, code: { repeat: 2, where: [] } },
    });
  });

  test('has its conditions as the parts that AND joins, each once: for all sources, then for one', async () => {
    const { a } = await recipesOf(
      `a: { where: ["words>=50", "bytes < 1e6 and words >= 50"], web: { weight: 0.7, where: "stars > 3" }, code: 0.3 }`,
    );
    expect(a!.sources.web).toEqual({
      weight: 0.7,
      repeat: 1,
      where: ['words >= 50', 'bytes < 1000000.0', 'stars > 3'],
    });
    expect(a!.sources.code!.where).toEqual(['words >= 50', 'bytes < 1000000.0']);
  });

  test('with a preset of repetition thresholds gets its 13 conditions', async () => {
    const { a, b } = await recipesOf('a: { repetition: GS }\nb: { web: { repetition: L }, code: {} }');
    const gs = a!.sources.code!.where;
    expect(gs).toHaveLength(13);
    expect(gs).toContain('dup_5gram_chars <= 0.08');
    expect(gs).toEqual(Object.entries(repetitionThresholds.GS).map(([name, limit]) => `${name} <= ${limit}`));
    expect(b!.sources.web!.where).toContain('dup_line_fraction <= 0.2');
    expect(b!.sources.code!.where).toEqual([]);
  });

  test('made from another overrides its numbers, adds to its conditions and passes both on', async () => {
    const { c } = await recipesOf(`
a: { where: "words >= 50", repetition: default, web: { weight: 0.7, where: "stars > 3", repeat: 2 }, code: 0.3 }
b: { from: a, repetition: L, web: 0.5, code: 0.5 }
c: { from: b, web: { where: "bytes > 9" } }`);
    expect(c!.kind).toBe('shares');
    expect(c!.sources.web).toMatchObject({ weight: 0.5, repeat: 2 });
    const where = c!.sources.web!.where;
    expect(where.slice(0, 3)).toEqual(['words >= 50', 'stars > 3', 'bytes > 9']);
    expect(where).toContain('dup_line_fraction <= 0.2');
    expect(where).not.toContain('dup_line_fraction <= 0.3');
  });

  test('made from another without a source scales the shares that are left', async () => {
    const { b, c } = await recipesOf(
      `
a: { web: 0.6, code: 0.3, tail: 0.1 }
b: { from: a2, without: web }
a2: { long: 0.5, code: 0.2, tail: 0.3 }
c: { from: a2, without: long }`
        .replace('a: { web: 0.6, code: 0.3, tail: 0.1 }\n', '')
        .replace('without: web', 'without: tail'),
    );
    expect(b!.sources.long!.weight).toBeCloseTo(5 / 7, 12);
    expect(c!.sources.tail!.weight).toBeCloseTo(0.6, 12);
    expect(Object.keys(c!.sources)).toEqual(['code', 'tail']);
  });

  test('with a threshold becomes one recipe for each value', async () => {
    const recipes = await recipesOf(`
a: { web: 0.7, code: 0.3, where: "words > 5", threshold: { column: dup_5gram_chars, atMost: [0.15, 0.05], sources: web } }
b: { threshold: { column: words, atLeast: 50 } }`);
    expect(Object.keys(recipes)).toEqual(['a-0.15', 'a-0.05', 'b-50']);
    expect(recipes['a-0.05']!.sources.web!.where).toEqual(['words > 5', 'dup_5gram_chars <= 0.05']);
    expect(recipes['a-0.05']!.sources.code!.where).toEqual(['words > 5']);
    expect(recipes['b-50']!.sources.code!.where).toEqual(['words >= 50']);
  });

  test('may be written before the one that it is made from', async () => {
    expect((await recipesOf('b: { from: a }\na: { web: 1 }')).b!.sources.web!.weight).toBe(1);
  });
});

test('a part of a source is a view with conditions, and no source', async () => {
  const study = await parseStudy(studyWith('a: natural'), 'study.yaml');
  expect(Object.keys(study.sources)).toEqual(['web', 'code']);
  expect(study.parts).toEqual({
    long: { of: 'web', where: ['words > 1000'] },
    tail: { of: 'web', where: ["perplexity_wiki_part = 'tail'", 'words <= 1000'] },
  });
});

describe('a recipe is refused', () => {
  test.each([
    ['a: { from: b }', '1:14: no recipe is named "b"'],
    ['a: { from: a }', '1:14: recipes are made from each other: a → a'],
    [
      'a: { from: b }\nb: { from: c }\nc: { from: a }',
      '3:14: recipes are made from each other: a → b → c → a',
    ],
    ['aa: natural\nb: { from: ab }', '2:14: no recipe is named "ab". Did you mean "aa"?'],
    ['a: { threshold: { column: words, atMost: 3 } }\nb: { from: a }', '2:14: recipe "a" stands for several'],
    [
      'a: { threshold: { column: words } }',
      '1:19: no values to try, expected either "atMost" or "atLeast", got neither',
    ],
    [
      'a: { threshold: { column: wrods, atMost: 1 } }',
      '1:29: no column is named "wrods". Did you mean "words"?',
    ],
    ['a: { threshold: { column: language, atMost: 1 } }', 'is text, and 1 is a number'],
    ['a: { threshold: { column: words, atMost: [1, 1] } }', '1:8: there are two recipes named "a-1"'],
    [
      'a: { web: 1, threshold: { column: words, atMost: 1, sources: code } }',
      '"code" is no source of recipe "a"',
    ],
    ['a: { web: 0.7, code: {} }', '1:3: source "code" of recipe "a" has no weight, but others have one'],
    ['a: { web: 0.5, long: 0.5 }', '1:3: recipe "a" has "long" and "web", the source that it is a part of'],
    [
      'a: { web: 1 }\nb: { from: a, without: code }',
      '2:26: "code" is no source of this recipe. Choose from: web.',
    ],
    [
      'a: { web: 1 }\nb: { from: a, web: 0.5 }',
      '2:3: the shares of recipe "b" do not fit, expected shares that add up to 1, got 0.5',
    ],
    ['a: { without: [web, code] }', '1:3: recipe "a" leaves out every source'],
    ['a: { repetition: XL }', '1:20: "repetition" is not valid, expected default, L, LS, G, GS, got "XL"'],
    ['a: { where: "words >= 50 and wrods < 3" }', '1:32: no column is named "wrods". Did you mean "words"?'],
    ['a: { where: "language > 3" }', '1:25: "language" is text, and 3 is a number'],
    ['a: { web: { where: words > (select 1) } }', 'a subquery is not allowed in a condition'],
    ['a: { where: stars > 3 }', 'no column is named "stars" in source "code"'],
    ['a: { wher: words > 3 }', 'Did you mean "where"?'],
  ])('%j', async (recipes, expected) => {
    const problems = await problemsOf(recipes);
    expect(
      problems.filter((line) => line.includes(expected)),
      problems.join('\n'),
    ).toHaveLength(1);
  });

  test('with the place of a condition inside a folded text as good as it can be told', async () => {
    const [problem] = await problemsOf('a:\n  where: >\n    words >= 50 and\n    wrods < 3');
    expect(problem).toMatch(/^2:12: no column is named "wrods"/);
  });
});

test.each([
  [
    'web:  { path: web.jsonl, columns: [stars] }',
    'web:  { path: web.jsonl, columns: [words] }',
    '"words" is the name of a signal',
  ],
  [
    '{ of: web, where: "words > 1000" }',
    '{ of: wbe, where: "words > 1000" }',
    'no source is named "wbe". Did you mean "web"?',
  ],
  ['{ of: web, where: "words > 1000" }', '{ of: tail, where: "words > 1000" }', 'no source is named "tail"'],
  [
    '{ of: web, where: "words > 1000" }',
    '{ of: web, where: "wrods > 1000" }',
    '6:28: no column is named "wrods"',
  ],
  [
    '  code: { path: code.jsonl }',
    '  code: { path: code.jsonl }\n  where: { path: x }',
    'a source cannot be named "where"',
  ],
  [
    '{ path: code.jsonl }',
    '{ path: code.jsonl, where: score > random() }',
    '5:44: the function "random" is not allowed',
  ],
  ['{ path: v.jsonl }', '{ path: v.jsonl, where: score > }', 'syntax error at end of input'],
  ['{ path: v.jsonl }', '{ path: v.jsonl, where: words > 3 LIMIT 1 }', 'more than a condition'],
])('sources with %j as %j are refused', async (from, to, expected) => {
  const text = studyWith('a: natural').replace(from, to);
  await expect(parseStudy(text, 'study.yaml')).rejects.toThrow(expected);
});
