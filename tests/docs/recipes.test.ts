/** Every study in the page about recipes is one that loads. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseStudy } from '../../src/load-study.js';

const page = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
const snippets = [...page.matchAll(/```yaml\n([^`]+)```/g)].map(([, yaml]) => yaml!);

const rest = `
study: s
tokenizer: bytes
validate: { v: { path: v.jsonl } }
proxy: { model: { layers: 2, width: 64, heads: 4 }, learningRate: 1e-3, tokens: 1M }
`;
const sources = 'sources: { web: { path: w.jsonl }, code: { path: c.jsonl } }\n';

const load = (snippet: string) =>
  parseStudy(rest + (snippet.includes('sources:\n') ? '' : sources) + snippet, 'study.yaml');

test.each(snippets)('the page on recipes shows what loads:\n%s', async (snippet) => {
  expect(Object.keys((await load(snippet)).recipes).length).toBeGreaterThan(0);
});

test('and what it says about inheritance and sweeps is so', async () => {
  const [, , inherited] = snippets;
  const swept = snippets.find((snippet) => snippet.includes('threshold:'));
  const { recipes } = await load(inherited!);
  expect(recipes['more-code']!.sources.web).toMatchObject({ weight: 0.4, where: ['words >= 50'] });
  expect(recipes['no-long']!.sources.web!.weight).toBeCloseTo(2 / 3, 12);
  expect(Object.keys((await load(swept!)).recipes)).toEqual(['strict-0.15', 'strict-0.1', 'strict-0.05']);
});
