/** Folders of the Hugging Face library: what is written is read back, and what does not fit is refused. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Model, readHuggingFace, textLosses, writeHuggingFace } from '../../src/model/index.js';
import { readSafetensors, type Tensor, writeSafetensors } from '../../src/store/index.js';
import { hashed } from './hashed.js';
import { cases, modelOf, readFixture, weightsOf } from './parity-fixtures.js';

const root = mkdtempSync(join(tmpdir(), 'assay-hugging-face-'));
const folder = join(root, 'model');
const weightsFile = join(folder, 'model.safetensors');
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

type Json = Record<string, unknown>;

const readConfig = (): Json => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Json;

/** Writes the model of a fixture and then changes its options; undefined takes one away. */
async function written(name: (typeof cases)[number], change: Json = {}): Promise<Model> {
  const fixture = readFixture(`parity-${name}`);
  const model = modelOf(fixture);
  await writeHuggingFace(folder, model, weightsOf(fixture));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...readConfig(), ...change }));
  return model;
}

/** Rewrites the tensors. */
async function changeTensors(change: (tensors: Map<string, Tensor>) => void): Promise<void> {
  const { tensors } = await readSafetensors(weightsFile);
  change(tensors);
  await writeSafetensors(weightsFile, tensors);
}

describe.each(cases)('%s', (name) => {
  const weights = weightsOf(readFixture(`parity-${name}`));

  test('is read as it was written, to the bit', async () => {
    const model = await written(name);
    const read = await readHuggingFace(folder);
    expect(read.model.config).toEqual(model.config);
    expect([read.model.vocabularySize, read.model.context]).toEqual([model.vocabularySize, model.context]);
    expect(read.parameters).toEqual(weights);
  });

  test('is read from shards', async () => {
    await written(name);
    const { tensors } = await readSafetensors(weightsFile);
    rmSync(weightsFile);
    const map: Record<string, string> = {};
    for (const [i, [key, tensor]] of [...tensors].entries()) {
      map[key] = `model-${i}.safetensors`;
      await writeSafetensors(join(folder, map[key]), new Map([[key, tensor]]));
    }
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    expect((await readHuggingFace(folder)).parameters).toEqual(weights);
  });
});

test('the configuration names what AutoModelForCausalLM looks for', async () => {
  const fixture = readFixture('parity-gemma3');
  const tokenizer = join(root, 'tokenizer.json');
  writeFileSync(tokenizer, '{"version": "1.0"}');
  await writeHuggingFace(folder, modelOf(fixture), weightsOf(fixture), { endOfText: 40, file: tokenizer });
  expect(readConfig()).toMatchObject({
    architectures: ['Gemma3ForCausalLM'],
    model_type: 'gemma3_text',
    torch_dtype: 'float32',
    eos_token_id: 40,
    head_dim: 12,
    sliding_window: 5,
    layer_types: [...Array(5).fill('sliding_attention'), 'full_attention', 'sliding_attention'],
    rope_parameters: { sliding_attention: { rope_type: 'default', rope_theta: 10_000 } },
  });
  expect(readFileSync(join(folder, 'tokenizer.json'), 'utf8')).toBe('{"version": "1.0"}');
  expect((await readSafetensors(weightsFile)).metadata).toEqual({ format: 'pt' });
});

describe('what save_pretrained wrote', () => {
  const fixtures = new URL('fixtures/hugging-face/', import.meta.url);
  const { tokens, losses } = readFixture<{ tokens: number[]; losses: Record<string, number[]> }>(
    'hugging-face/losses',
  );

  test.each(Object.keys(losses))('has the losses of the library: %s', async (family) => {
    const { model, parameters } = await readHuggingFace(fileURLToPath(new URL(family, fixtures)));
    expect(model.config.family).toBe(family);
    const found = await textLosses(model, parameters, Uint32Array.from(tokens));
    const differences = losses[family]!.map((loss, i) => Math.abs(loss - found.losses[i]!));
    expect(found.losses).toHaveLength(differences.length);
    expect(Math.max(...differences)).toBeLessThanOrEqual(1e-5);
  });
});

describe('older files', () => {
  test('keep rotary options beside the sizes', async () => {
    const model = await written('llama-tied', { rope_parameters: undefined, rope_scaling: null });
    expect((await readHuggingFace(folder)).model.config).toEqual(model.config);
    const neox = await written('gpt-neox', { rope_parameters: undefined });
    expect((await readHuggingFace(folder)).model.config).toEqual(neox.config);
    const gemma = await written('gemma3', { rope_parameters: undefined, layer_types: undefined });
    expect((await readHuggingFace(folder)).model.config).toEqual(gemma.config);
  });

  test('leave out the prefix, and hold masks and the tied head', async () => {
    await written('gpt2');
    await changeTensors((tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        tensors.set(name.replace('transformer.', ''), tensor);
      }
      tensors.set('h.0.attn.bias', { shape: [1], data: new Float32Array(1) });
      tensors.set('lm_head.weight', tensors.get('wte.weight')!);
    });
    expect((await readHuggingFace(folder)).parameters).toEqual(weightsOf(readFixture('parity-gpt2')));
  });

  test('of layers without a declared pattern give the shortest that fits', async () => {
    await written('gemma3', {
      sliding_window_pattern: undefined,
      layer_types: Array(7).fill('sliding_attention'),
    });
    expect((await readHuggingFace(folder)).model.config).toMatchObject({ globalEvery: 8 });
  });
});

describe('refuses', () => {
  test.each<[string, (typeof cases)[number], Json, string]>([
    [
      'another family',
      'gpt2',
      { model_type: 'mamba' },
      'model_type that is not read, expected gpt2, gpt_neox, opt, llama, gemma3_text, got "mamba". Use',
    ],
    [
      'a scaling of positions',
      'llama-tied',
      { rope_scaling: { rope_type: 'linear', factor: 2 } },
      'rope_scaling: rope_type: not a model that is read, expected "default", got "linear"',
    ],
    [
      'its older name',
      'gpt-neox',
      { rope_scaling: { type: 'dynamic', factor: 2 } },
      'rope_scaling: type: not a model that is read, expected "default", got "dynamic"',
    ],
    [
      'one of Llama 3',
      'llama-tied',
      { rope_parameters: { rope_type: 'llama3', rope_theta: 5e5 } },
      'expected "default", got "llama3"',
    ],
    [
      'one of local layers',
      'gemma3',
      { rope_parameters: { sliding_attention: { rope_type: 'yarn' } } },
      'sliding_attention: rope_type',
    ],
    [
      'rotation of a part of each head',
      'llama-tied',
      { rope_parameters: { partial_rotary_factor: 0.5 } },
      'partial_rotary_factor: not a model that is read, expected 1, got 0.5',
    ],
    [
      'a scaling of all layers',
      'gemma3',
      { rope_parameters: { rope_type: 'linear', factor: 8 } },
      'rope_parameters: rope_type: not a model that is read, expected "default", got "linear"',
    ],
    [
      'another rotary base',
      'gpt-neox',
      { rope_parameters: { rope_theta: 5000 } },
      'rope_theta: not a model that is read, expected 10000, got 5000',
    ],
    [
      'another activation',
      'opt',
      { activation_function: 'gelu' },
      'activation_function: not a model that is read, expected "relu", got "gelu"',
    ],
    ['a sequential residual', 'gpt-neox', { use_parallel_residual: false }, 'expected true, got false'],
    [
      'heads wider than the model',
      'llama-tied',
      { head_dim: 64 },
      'head_dim: not a model that is read, expected 12, got 64',
    ],
    ['soft caps', 'gemma3', { final_logit_softcapping: 30 }, 'expected null, got 30'],
    ['quantized weights', 'gpt2', { quantization_config: { bits: 4 } }, 'quantization_config'],
    [
      'an irregular pattern of layers',
      'gemma3',
      { layer_types: ['full_attention', 'sliding_attention'] },
      'layer_types',
    ],
    [
      'a size that is absent',
      'opt',
      { ffn_dim: undefined },
      'ffn_dim: not a model that is read, expected a number, got nothing',
    ],
    ['a switch that is a number', 'opt', { do_layer_norm_before: 1 }, 'expected true or false, got 1'],
    [
      'a set of options that is a text',
      'llama-tied',
      { rope_scaling: 'linear' },
      'expected an object, got "linear"',
    ],
    ['sizes that make no model', 'gpt2', { n_head: 7 }, 'heads do not divide the width'],
    [
      'sizes of other weights',
      'gpt2',
      { vocab_size: 38 },
      'tensor "transformer.wte.weight": wrong shape, expected shape [38,40], got shape [37,40]. Check',
    ],
    ['fewer layers than the weights have', 'gpt2', { n_layer: 1 }, 'tensor "transformer.h.1.'],
    [
      'more layers than the weights have',
      'gpt2',
      { n_layer: 3 },
      'missing, expected shape [40], got no such tensor',
    ],
  ])('%s', async (_what, name, change, message) => {
    await written(name, change);
    await expect(readHuggingFace(folder)).rejects.toThrow(message);
  });

  test('a head that is not the embedding table although it should be', async () => {
    await written('opt');
    await changeTensors((tensors) => {
      const { shape, data } = tensors.get('model.decoder.embed_tokens.weight')!;
      tensors.set('lm_head.weight', { shape, data: data.map((value) => value + 1) });
    });
    await expect(readHuggingFace(folder)).rejects.toThrow('tensor "lm_head.weight": not tied');
  });

  test('folders without configuration or weights, and files that are broken', async () => {
    await expect(readHuggingFace(join(root, 'absent'))).rejects.toThrow(
      'expected config.json, got no such file',
    );
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), '{');
    await expect(readHuggingFace(folder)).rejects.toThrow(
      'not valid JSON. Download or export the model again.',
    );
    writeFileSync(join(folder, 'config.json'), '[]');
    await expect(readHuggingFace(folder)).rejects.toThrow('expected a JSON object');
    await written('gpt2');
    writeFileSync(weightsFile, 'short');
    await expect(readHuggingFace(folder)).rejects.toThrow('too short');
    rmSync(weightsFile);
    await expect(readHuggingFace(folder)).rejects.toThrow('no weights');
    const index = join(folder, 'model.safetensors.index.json');
    writeFileSync(index, '{"weight_map": {"a": "../elsewhere.safetensors"}}');
    await expect(readHuggingFace(folder)).rejects.toThrow('not an index of shards');
  });

  test('a tensor that two shards hold', async () => {
    await written('gpt2');
    const { tensors } = await readSafetensors(weightsFile);
    rmSync(weightsFile);
    for (const shard of ['a', 'b']) await writeSafetensors(join(folder, `${shard}.safetensors`), tensors);
    const map = { x: 'a.safetensors', y: 'b.safetensors' };
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    await expect(readHuggingFace(folder)).rejects.toThrow('twice in the model');
  });
});

describe('losses of a text', () => {
  const fixture = readFixture('parity-gpt2');
  const model = modelOf(fixture);
  const weights = weightsOf(fixture);
  const tokens = Uint32Array.from(hashed('text', 30), (x) => x % fixture.vocabularySize);

  test('are those of consecutive windows that share one token', async () => {
    const whole = await textLosses(model, weights, tokens);
    expect([whole.context, whole.losses.length]).toEqual([13, 29]);
    const parts = await Promise.all(
      [0, 13, 26].map((start) => textLosses(model, weights, tokens.slice(start, start + 14))),
    );
    const joined = parts.flatMap(({ losses }) => [...losses]);
    for (const [i, loss] of joined.entries()) expect(whole.losses[i]).toBeCloseTo(loss, 5);
  });

  test('of a shorter context see less', async () => {
    const { context, losses } = await textLosses(model, weights, tokens, { context: 1 });
    expect([context, losses.length]).toEqual([1, 29]);
    const pair = await textLosses(model, weights, tokens.slice(7, 9));
    expect(losses[7]).toBeCloseTo(pair.losses[0]!, 5);
  });

  test.each<[string, Uint32Array, number, string]>([
    ['nothing to predict', Uint32Array.of(1), 13, 'expected at least 2 tokens, got 1'],
    ['an unknown token', Uint32Array.of(1, 37), 13, 'expected ids below 37, got 37'],
    ['a context beyond the model', tokens, 14, 'expected at most 13 tokens, got 14'],
  ])('refuse %s', async (_what, text, context, message) => {
    await expect(textLosses(model, weights, text, { context })).rejects.toThrow(message);
  });
});
