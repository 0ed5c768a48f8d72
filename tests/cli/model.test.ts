/** `assay model`: a run that a user trained, exported, and scored on a text. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { assay, folderWith } from './assay.js';

const text = 'A cat and a dog went to town and came back before the rain. '.repeat(4);
const rows = (word: string) =>
  Array.from({ length: 60 }, (_, i) => JSON.stringify({ text: `The ${word} ${i} went to town. `.repeat(8) }));
const study = `
study: small
tokenizer: { bpe: 270 }
sources:
  cats: { path: cats.jsonl }
  dogs: { path: dogs.jsonl }
recipes: { both: { cats: 0.5, dogs: 0.5 } }
validate: { dogs: { holdout: 10 %, of: dogs } }
proxy:
  model: { family: llama, layers: 1, width: 16, heads: 2 }
  learningRate: 1e-3
  tokens: 1k
  batch: 4
  context: 32
  seeds: 1
  evaluationTokens: 1k
run: { output: results }
`;

let at: string;
let run: string;
const losses = (...args: string[]) => assay(at, 'model', 'loss', 'exported', '--text', 'text.txt', ...args);
const error = (...args: string[]) => {
  const { exitCode, stderr } = assay(at, 'model', ...args);
  expect(stderr).not.toMatch(/\n\s+at /);
  return { exitCode, stderr };
};

beforeAll(() => {
  at = folderWith({
    'study.yaml': study,
    'cats.jsonl': rows('cat').join('\n'),
    'dogs.jsonl': rows('dog').join('\n'),
    'text.txt': text,
  });
  expect(assay(at, 'run', 'study.yaml', '--quiet')).toMatchObject({ exitCode: 0 });
  run = join('results', 'runs', readdirSync(join(at, 'results', 'runs'))[0]!);
  expect(assay(at, 'model', 'export', run, 'exported')).toMatchObject({ exitCode: 0 });
}, 60_000);

test('export writes the model and the tokenizer of the run', () => {
  const config = JSON.parse(readFileSync(join(at, 'exported', 'config.json'), 'utf8'));
  expect(config).toMatchObject({ architectures: ['LlamaForCausalLM'], vocab_size: 270, eos_token_id: 269 });
  const [name] = readdirSync(join(at, 'results', 'tokenizers'));
  const tokenizer = readFileSync(join(at, 'results', 'tokenizers', name!, 'tokenizer.json'), 'utf8');
  expect(readFileSync(join(at, 'exported', 'tokenizer.json'), 'utf8')).toBe(tokenizer);
  const { stdout } = assay(at, 'model', 'export', run, 'exported', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ family: 'llama', tokenizer: true });
});

describe('loss', () => {
  test('is the mean of the losses of all tokens but the first', () => {
    const { stdout } = losses('--tokenizer', 'exported/tokenizer.json', '--json');
    const { lossNats, tokenLosses, tokens, context } = JSON.parse(stdout);
    expect([context, tokenLosses.length]).toEqual([32, tokens - 1]);
    expect(tokens).toBeLessThan(Buffer.byteLength(text));
    const mean = tokenLosses.reduce((sum: number, loss: number) => sum + loss, 0) / tokenLosses.length;
    expect(lossNats).toBeCloseTo(mean, 10);
    // Trained a little: below that of guessing among 270 tokens.
    expect(lossNats).toBeLessThan(Math.log(270));
  });

  test('with bytes predicts every byte but the first', () => {
    const { stdout } = losses('--tokenizer', 'bytes', '--context', '8', '--json');
    const { tokenLosses, context } = JSON.parse(stdout);
    expect([context, tokenLosses.length]).toEqual([8, Buffer.byteLength(text) - 1]);
    expect(losses('--tokenizer', 'bytes').stdout).toMatch(
      /^\d\.\d{4} nats per token over 239 tokens, context 32\n$/,
    );
  });
});

describe('mistakes have their exit codes', () => {
  test('of usage', () => {
    expect(error().exitCode).toBe(2);
    expect(error('export', run).exitCode).toBe(2);
    expect(error('loss', 'exported', '--text', 'text.txt').exitCode).toBe(2);
    expect(losses('--tokenizer', 'bytes', '--context', '33')).toMatchObject({ exitCode: 2 });
    expect(assay(at, 'model', 'loss', '--help').stdout).toContain('predicted exactly once');
  });

  test('of data', () => {
    expect(error('export', 'results', 'elsewhere')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('not a run folder'),
    });
    expect(existsSync(join(at, 'elsewhere'))).toBe(false);
    expect(losses('--tokenizer', 'gpt2').stderr).toContain('expected ids below 270');
    expect(losses('--tokenizer', 'exported/config.json').stderr).toContain(
      'Give bytes, gpt2, or the path of',
    );
    writeFileSync(join(at, 'binary'), Buffer.of(0xff, 0xfe, 0));
    const binary = error('loss', 'exported', '--text', 'binary', '--tokenizer', 'bytes');
    expect(binary).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('not a text, expected UTF-8'),
    });
  });

  test('of a run that is not finished', () => {
    rmSync(join(at, run, 'done.json'));
    const unfinished = error('export', run, 'elsewhere');
    expect(unfinished).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('Train it to its end') });
  });
});
