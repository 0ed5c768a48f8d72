import { describe, expect, test } from 'vitest';
import { parseBudget, parseStudy } from '../../src/schema/index.js';

const study = (head: string, proxy: string) => `
study: test
${head}
sources: { web: { path: web.jsonl } }
recipes: { all: natural }
validate: { web: { holdout: 1 %, of: web } }
proxy: ${proxy}
`;
const parse = (head: string, proxy: string) => parseStudy(study(head, proxy), 'study.yaml', async () => []);

describe('parseBudget', () => {
  test.each([
    ['10m', { kind: 'seconds', seconds: 600 }],
    ['2h', { kind: 'seconds', seconds: 7200 }],
    ['1.5 hours', { kind: 'seconds', seconds: 5400 }],
    ['90 s', { kind: 'seconds', seconds: 90 }],
    ['45 Min', { kind: 'seconds', seconds: 2700 }],
    ['2 days', { kind: 'seconds', seconds: 172_800 }],
    ['3 GPU-hours', { kind: 'gpuHours', hours: 3 }],
    ['1 gpu-hour', { kind: 'gpuHours', hours: 1 }],
    ['1e17 FLOPs', { kind: 'flops', flops: 1e17 }],
    ['2.5E15flops', { kind: 'flops', flops: 2.5e15 }],
  ])('reads %s', (text, limit) => expect(parseBudget(text)).toEqual(limit));

  test.each(['', '10', 'm', '-2h', '0 h', '2 weeks', '1e999 FLOPs', '2h 30m', '1e17 FLOP/s', 'Infinity h'])(
    'refuses "%s"',
    (text) => expect(parseBudget(text)).toBeUndefined(),
  );
});

describe('a study with a budget', () => {
  test('leaves sizes out, and keeps what it says', async () => {
    const { budget, proxy } = await parse('budget: 2h', '{ learningRate: tiny }');
    expect(budget).toEqual({ text: '2h', limit: { kind: 'seconds', seconds: 7200 }, keeps: [] });
    expect(proxy.learningRate).toBe('tiny');

    const said = await parse(
      'budget: 1e17 FLOPs',
      '{ learningRate: 1e-3, tokensPerParameter: 20, seeds: 2, model: gpt2-small }',
    );
    expect(said.budget?.keeps).toEqual(['model', 'tokens', 'seeds']);
    expect(said.proxy).toMatchObject({ name: 'gpt2-small', seeds: 2, tokens: { perParameter: 20 } });
  });

  test.each([
    [
      'budget: 10',
      '{ learningRate: tiny }',
      /study\.yaml:3:9: "budget" is not valid, expected a time such as 10m or 2h, .* got 10/,
    ],
    [
      'budget: 2 weeks',
      '{ learningRate: tiny }',
      /study\.yaml:3:9: "budget" is not valid, expected a time .* got "2 weeks"/,
    ],
    ['budget: 2h', '{}', /"learningRate" is (missing|not valid)/],
    [
      'budget: 2h',
      '[{ learningRate: tiny, model: gpt2-small, tokens: 1M }, { model: pythia-70m }]',
      /study\.yaml:3:1: a budget chooses the size of one proxy, expected one proxy without a sweep, and no target, got a list of proxies/,
    ],
    [
      'budget: 2h\ntarget: { model: gpt2-large, learningRate: 1e-3 }',
      '{ learningRate: tiny }',
      /got a target/,
    ],
    ['budget: 2h', '{ learningRate: tiny, sweep: { learningRate: [1e-3] } }', /got a sweep/],
    ['budget: 2h', '{ learningRate: tiny, microBatch: 3 }', /the batch that it must divide is chosen/],
    [
      'budget: 2h',
      '{ learningRate: tiny, tokens: 1M, tokensPerParameter: 20 }',
      /the length of a run is not clear, expected either "tokens" or "tokensPerParameter", got both/,
    ],
  ])('is refused: %s, proxy %s', async (head, proxy, message) => {
    await expect(parse(head, proxy)).rejects.toThrow(message);
  });
});

test('of a list of proxies only that is said, not what each leaves to the budget', async () => {
  const refused = parse('budget: 2h', '[{ learningRate: tiny }, { learningRate: tiny, batch: 8 }]');
  const error = await refused.catch((error: Error) => error);
  expect(String(error)).toMatch(/got a list of proxies/);
  expect(String(error)).not.toMatch(/missing|length of a run/);
});

test('without a budget, model and length are required as ever', async () => {
  await expect(parse('', '{ learningRate: tiny, tokens: 1M }')).rejects.toThrow(/"model" is missing/);
  await expect(parse('', '{ learningRate: tiny, model: gpt2-small }')).rejects.toThrow(
    /the length of a run is not clear, expected either "tokens" or "tokensPerParameter", got neither/,
  );
});
