import { describe, expect, test } from 'vitest';
import { parseStudy as parseWithSignals } from '../../src/load-study.js';
import { parseStudy } from '../../src/schema/index.js';

const study = (eliminate: string, more: { seeds?: number; engine?: string; recipes?: string } = {}) => `
study: test
${eliminate}
sources: { web: { path: web.jsonl } }
recipes: ${more.recipes ?? '{ a: natural, b: natural, c: natural, d: natural }'}
validate: { web: { holdout: 1 %, of: web } }
proxy: { model: { layers: 1, width: 32, heads: 2 }, learningRate: 1e-3, tokens: 50k, seeds: ${more.seeds ?? 2} }
${more.engine ?? ''}
`;
const parse = (...of: Parameters<typeof study>) => parseStudy(study(...of), 'study.yaml', async () => []);

describe('eliminate in a study file', () => {
  test('is off unless asked for, and keeps 3 at 95 % unless told otherwise', async () => {
    expect((await parse('')).eliminate).toBeUndefined();
    expect((await parse('eliminate: {}')).eliminate).toEqual({ keep: 3, confidence: 0.95 });
    expect((await parse('eliminate: { keep: 1, confidence: 0.8 }')).eliminate).toEqual({
      keep: 1,
      confidence: 0.8,
    });
  });

  test.each([
    ['keep: 0', 'a whole number of at least 1'],
    ['keep: 2.5', 'a whole number of at least 1'],
    ['confidence: 95', 'a number between 0.5 and 1'],
    ['confidence: 1', 'a number between 0.5 and 1'],
    ['rungs: 4', 'unknown key "rungs"'],
  ])('refuses %s', async (option, message) => {
    await expect(parse(`eliminate: { ${option} }`)).rejects.toThrow(message);
  });

  test('refuses a single seed, whose noise nothing shows', async () => {
    await expect(parse('eliminate: {}', { seeds: 1 })).rejects.toThrow('a proxy with at least 2 seeds');
  });

  test('refuses to keep as many recipes as there are, where that can be seen', async () => {
    const message = /study\.yaml:3:1: as many recipes are kept .* \(4\), got keep: 4/;
    await expect(parse('eliminate: { keep: 4 }')).rejects.toThrow(message);
    const two = '{ a: natural, b: natural }';
    await expect(parse('eliminate: {}', { recipes: two })).rejects.toThrow('(2), got keep: 3');
    // One name with a threshold is several recipes.
    const swept = '{ a: natural, b: { web: 1, threshold: { column: words, atLeast: [10, 20, 30, 40] } } }';
    const known = parseWithSignals(study('eliminate: {}', { recipes: swept }), 'study.yaml');
    expect((await known).eliminate).toMatchObject({ keep: 3 });
  });

  test("refuses a user's own trainer, which cannot be stopped at a step", async () => {
    await expect(
      parse('eliminate: {}', { engine: "engine: { command: [./train], version: '1' }" }),
    ).rejects.toThrow('your own trainer cannot be stopped at a step');
    expect((await parse('eliminate: {}', { engine: 'engine: torch' })).eliminate).toMatchObject({ keep: 3 });
  });
});
