import { describe, expect, test } from 'vitest';
import type { AssayError } from '../../src/errors.js';
import { parseStudy } from '../../src/load-study.js';

const head = `study: several
sources: { web: { path: web.jsonl } }
recipes: { all: natural }
validate: { web: { holdout: 1 %, of: web } }
tokenizer: bytes
`;
const proxy =
  '{ model: { layers: 2, width: 32, heads: 2 }, learningRate: tiny, tokens: 1M, batch: 32, context: 64 }';

const parse = (models: string) => parseStudy(head + models, 'study.yaml');

async function problemsOf(models: string): Promise<string> {
  try {
    await parse(models);
  } catch (error) {
    return (error as AssayError).message;
  }
  throw new Error('the study was accepted');
}

describe('a study of several models', () => {
  test('has a target that takes from the proxy what it does not say, once for every point of its sweep', async () => {
    const { compared } = await parse(
      `proxy: ${proxy}\ntarget: { model: { layers: 4, width: 64, heads: 4 }, sweep: { learningRate: [1e-3, 3e-3], batch: [32, 64] } }`,
    );
    expect(compared.map(({ name, role, learningRate, batch }) => [name, role, learningRate, batch])).toEqual([
      ['4x64', 'target', 1e-3, 32],
      ['4x64', 'target', 1e-3, 64],
      ['4x64', 'target', 3e-3, 32],
      ['4x64', 'target', 3e-3, 64],
    ]);
    expect(compared[0]).toMatchObject({ seeds: 1, context: 64, tokens: { budget: 1e6 }, weightDecay: 0.1 });
  });

  test('trains a proxy in its own setting and in those of its sweep, each once', async () => {
    const { proxy: own, compared } = await parse(
      'proxy: { model: { layers: 2, width: 32, heads: 2 }, learningRate: 1e-3, tokens: 1M, batch: 32, context: 64, sweep: [{ learningRate: [1e-3, 1e-4] }, { batch: [32, 64] }] }',
    );
    expect(own.learningRate).toBe(1e-3);
    expect(compared.map(({ learningRate, batch }) => [learningRate, batch])).toEqual([
      [1e-4, 32],
      [1e-3, 64],
    ]);
  });

  test('has several proxies, of which the first one decides', async () => {
    const { proxy: first, compared } = await parse(
      `proxy: [${proxy}, { model: { family: llama, layers: 2, width: 32, heads: 2 }, tokensPerParameter: 20 }]`,
    );
    expect(first.name).toBe('2x32');
    expect(compared).toHaveLength(1);
    expect(compared[0]).toMatchObject({
      name: 'llama-2x32',
      learningRate: 'tiny',
      tokens: { perParameter: 20 },
      batch: 32,
      seeds: 3,
    });
  });

  test('keeps a target apart from a proxy of the same name', async () => {
    const { compared } = await parse(
      `proxy: ${proxy}\ntarget: { model: { layers: 2, width: 32, heads: 2 }, learningRate: 1e-3 }`,
    );
    expect(compared.map(({ name }) => name)).toEqual(['2x32-target']);
  });

  test('says where a rate or a length is missing or said twice', async () => {
    const target = '{ model: { layers: 2, width: 32, heads: 2 } }';
    expect(await problemsOf(`proxy: ${proxy}\ntarget: ${target}`)).toContain(
      'the target has no learning rate',
    );
    const both =
      '{ model: { layers: 2, width: 32, heads: 2 }, learningRate: 1e-3, tokens: 1M, tokensPerParameter: 2 }';
    expect(await problemsOf(`proxy: ${proxy}\ntarget: ${both}`)).toContain(
      'the length of a run is not clear',
    );
    const grid =
      '{ model: { layers: 2, width: 32, heads: 2 }, microBatch: 16, sweep: { learningRate: [1e-3], batch: [32, 40] } }';
    expect(await problemsOf(`proxy: ${proxy}\ntarget: ${grid}`)).toContain(
      'expected a multiple of 16, got 40',
    );
  });

  test('refuses two models of one name, unless a sweep could tell them apart', async () => {
    const other = (more: string) =>
      `proxy: [${proxy}, { model: { layers: 2, width: 32, heads: 2 }, ${more} }]`;
    expect(await problemsOf(other('context: 32'))).toContain('another model is called "2x32" too');
    expect((await parse(other('context: 32, name: short'))).compared[0]!.name).toBe('short');
    expect((await parse(other('batch: 64'))).compared).toHaveLength(1);
    const heads = `proxy: ${proxy}\ntarget: [{ model: { layers: 2, width: 48, heads: 2 }, learningRate: 1e-3 }, { model: { layers: 2, width: 48, heads: 4 }, learningRate: 1e-3 }]`;
    expect(await problemsOf(heads)).toContain('Give each a `name`.');
  });

  test('leaves a warm-up, which depends on the length of a run, to each model', async () => {
    const { compared } = await parse(
      `proxy: ${proxy.replace('tokens', 'warmupSteps: 50, tokens')}\ntarget: { model: { layers: 2, width: 48, heads: 2 }, learningRate: 1e-3 }`,
    );
    expect(compared[0]!.warmupSteps).toBeUndefined();
  });

  test('names a misspelt option of a target', async () => {
    const target =
      '{ model: { layers: 2, width: 32, heads: 2 }, learningrate: 1e-3, sweep: { learningRates: [1e-3] } }';
    const message = await problemsOf(`proxy: ${proxy}\ntarget: ${target}`);
    expect(message).toContain('Did you mean "learningRate"?');
  });
});
