import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AssayError, ExitCode } from '../../src/errors.js';
import { loadStudy, parseStudy } from '../../src/load-study.js';

const study = `study: web-filters
tokenizer: { bpe: 8192 }
sources:
  web:  { path: data/web/*.jsonl.gz, text: body }
  code: { path: [code.jsonl, more/] }
recipes:
  natural: natural
  no-web: { without: web }
  mostly-web: { web: 0.7, code: 0.3 }
  repeated: { web: { weight: 0.7, repeat: 2 }, code: 0.3 }
validate:
  wiki: { path: data/wiki.jsonl, weight: 1 }
  code: { holdout: 0.5 %, of: code, weight: 3 }
proxy: { model: gpt2-small, learningRate: 1e-3, tokens: 1.5M, batch: 32, context: 128 }
`;

/** The problems of a study as lines, after checking that it is refused with the right exit code. */
async function problemsOf(text: string): Promise<string[]> {
  try {
    await parseStudy(text, 'study.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.study);
    return (error as AssayError).message.split('\n');
  }
  throw new Error('the study was accepted');
}

describe('a valid study', () => {
  test('becomes a record with absolute paths, shares and defaults', async () => {
    const parsed = await parseStudy(study, '/somewhere/study.yaml');
    expect(parsed).toEqual({
      name: 'web-filters',
      file: '/somewhere/study.yaml',
      text: study,
      tokenizer: { bpe: 8192 },
      sources: {
        web: { paths: ['/somewhere/data/web/*.jsonl.gz'], text: 'body' },
        code: { paths: ['/somewhere/code.jsonl', '/somewhere/more'], text: 'text' },
      },
      parts: {},
      recipes: {
        natural: {
          kind: 'natural',
          sources: { web: { repeat: 1, where: [] }, code: { repeat: 1, where: [] } },
        },
        'no-web': { kind: 'natural', sources: { code: { repeat: 1, where: [] } } },
        'mostly-web': {
          kind: 'shares',
          sources: {
            web: { weight: 0.7, repeat: 1, where: [] },
            code: { weight: 0.3, repeat: 1, where: [] },
          },
        },
        repeated: {
          kind: 'shares',
          sources: {
            web: { weight: 0.7, repeat: 2, where: [] },
            code: { weight: 0.3, repeat: 1, where: [] },
          },
        },
      },
      signals: { repetition: ['dclm'], language: false },
      languageModels: {},
      contamination: { maximum: 0, benchmarks: [] },
      validate: {
        wiki: {
          kind: 'source',
          source: { paths: ['/somewhere/data/wiki.jsonl'], text: 'text' },
          weight: 0.25,
        },
        code: { kind: 'holdout', of: 'code', share: 0.005, weight: 0.75 },
      },
      compared: [],
      proxy: {
        name: 'gpt2-small',
        model: { family: 'gpt2', layers: 12, width: 768, heads: 12, mlpWidth: 3072 },
        learningRate: 0.001,
        tokens: { budget: 1_500_000 },
        batch: 32,
        context: 128,
        seeds: 3,
        weightDecay: 0.1,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        gradientClip: 1,
        stableShare: 0.66,
        order: 'paired',
      },
      engine: { name: 'onnx' },
      run: {
        output: '/somewhere/results/web-filters',
        onMalformed: 'skip',
        keepOptimizer: false,
        checkpointSeconds: 5,
      },
    });
  });

  test('may give every optional setting', async () => {
    const text = study
      .replace('gpt2-small', '{ layers: 2, width: 64, heads: 4, mlpWidth: 96 }')
      .replace('tokens: 1.5M', 'tokensPerParameter: 20, evaluationTokens: 20k, warmupSteps: 0, microBatch: 8')
      .concat(
        'run: { output: out, workers: 2, threads: 2, onMalformed: fail, keepOptimizer: true, checkpointSeconds: 60 }\n',
      );
    const { proxy, run } = await parseStudy(text, 'study.yaml');
    expect(proxy).toMatchObject({
      model: { layers: 2, width: 64, heads: 4, mlpWidth: 96 },
      tokens: { perParameter: 20 },
      evaluationTokens: 20_000,
      warmupSteps: 0,
      microBatch: 8,
    });
    expect(run).toEqual({
      output: resolve('out'),
      workers: 2,
      threads: 2,
      onMalformed: 'fail',
      keepOptimizer: true,
      checkpointSeconds: 60,
    });
  });

  test('may name a trainer of its own, whose paths are relative to the study', async () => {
    const engineOf = async (text: string) =>
      (await parseStudy(`${study}engine: ${text}\n`, '/somewhere/study.yaml')).engine;
    expect(await engineOf('{ command: [python3, ./train.py], version: 2 }')).toEqual({
      name: 'command',
      command: ['python3', './train.py'],
      folder: '/somewhere',
      version: '2',
    });
    expect(await engineOf('{ command: [./train] }')).toMatchObject({ version: '1' });
    expect(await engineOf('onnx')).toEqual({ name: 'onnx' });
  });

  test('may train with PyTorch, whose path is relative to the study', async () => {
    const engineOf = async (text: string) =>
      (await parseStudy(`${study}engine: ${text}\n`, '/somewhere/study.yaml')).engine;
    const defaults = { name: 'torch', precision: 'fp32', device: 'auto', stack: 'auto', compile: 'auto' };
    expect(await engineOf('torch')).toEqual(defaults);
    expect(await engineOf('{ torch: {} }')).toEqual(defaults);
    expect(await engineOf('{ torch: { precision: bf16, stack: 16, python: venv/bin/python } }')).toEqual({
      ...defaults,
      precision: 'bf16',
      stack: 16,
      python: '/somewhere/venv/bin/python',
    });
    expect(await engineOf('{ torch: { python: python3.12 } }')).toMatchObject({ python: 'python3.12' });
  });

  test('may use anchors and aliases', async () => {
    const text = study.replace('no-web: { without: web }', 'a: &mix { web: 1 }\n  b: *mix');
    expect((await parseStudy(text, 'study.yaml')).recipes.b).toEqual({
      kind: 'shares',
      sources: { web: { weight: 1, repeat: 1, where: [] } },
    });
  });
});

describe('an invalid study', () => {
  test('is refused with all of its problems at once, in the order of the file', async () => {
    const text = study
      .replace('tokenizer:', 'tokenizr:')
      .replace('{ without: web }', '{ without: wbe }')
      .replace('learningRate: 1e-3', 'learningRate: small');
    const lines = await problemsOf(text);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('study.yaml:2:1: unknown key "tokenizr". Did you mean "tokenizer"?');
    expect(lines[1]).toBe('study.yaml:8:22: no source is named "wbe". Did you mean "web"?');
    expect(lines[2]).toMatch(
      /^study.yaml:14:43: "learningRate" is not valid, expected a number above 0, such as 1e-5, or tiny/,
    );
  });

  // What is replaced in the study above, and the one line that it must cause.
  const cases: [string, string, string, string][] = [
    [
      'a bad name',
      'study: web-filters',
      'study: web filters',
      '1:8: "study" is not valid, expected a name of letters',
    ],
    [
      'an engine that there is not',
      'proxy:',
      'engine: jax\nproxy:',
      '14:9: "engine" is not valid, expected onnx, torch, { torch: { precision: bf16 } } or { command: [python3, ./train.py] }, got "jax"',
    ],
    [
      'a precision that there is not',
      'proxy:',
      'engine: { torch: { precision: fp8 } }\nproxy:',
      '14:31: "precision" is not valid, expected fp32, tf32 or bf16, got "fp8"',
    ],
    [
      'a command in one piece',
      'proxy:',
      'engine: { command: python3 train.py }\nproxy:',
      '14:20: "command" is not valid, expected a list such as [python3, ./train.py], got "python3 train.py"',
    ],
    ['a misspelt key', 'text: body', 'txt: body', '4:38: unknown key "txt". Did you mean "text"?'],
    [
      'a missing key',
      '{ path: data/web/*.jsonl.gz, text: body }',
      '{ text: body }',
      '4:3: "path" is missing, expected a path',
    ],
    [
      'a wrong list item',
      '[code.jsonl, more/]',
      '[code.jsonl, 3]',
      '5:30: item 2 of "path" is not valid, expected a path',
    ],
    [
      'a reserved name',
      'code: { path',
      'without: { path: x }\n  code: { path',
      '5:3: a source cannot be named "without"',
    ],
    [
      'a misspelt word',
      'natural: natural',
      'natural: Natural',
      '7:12: "natural" is not valid, expected natural, { without',
    ],
    [
      'a misspelt `without`',
      '{ without: web }',
      '{ withuot: web }',
      '8:22: "withuot" is not valid, expected a share of tokens between 0 and 1, such as 0.3, got "web". Did you mean "without"?',
    ],
    [
      'nothing left',
      '{ without: web }',
      '{ without: [web, code] }',
      '8:3: recipe "no-web" leaves out every source',
    ],
    [
      'a negative share',
      'web: 0.7, code: 0.3 }',
      'web: -0.7, code: 0.3 }',
      '9:22: "web" is not valid, expected a share of tokens between 0 and 1, such as 0.3, got -0.7',
    ],
    [
      'a share over 1',
      'web: 0.7, code: 0.3 }',
      'web: 70, code: 0.3 }',
      '9:22: "web" is not valid, expected a share of tokens between 0 and 1, such as 0.3, got 70',
    ],
    [
      'shares that do not fit',
      'web: 0.7, code: 0.3 }',
      'web: 0.7, code: 0.4 }',
      '9:3: the shares of recipe "mostly-web" do not fit, expected shares that add up to 1, got 1.1',
    ],
    [
      'shares that are too few',
      'web: 0.7, code: 0.3 }',
      'web: 0.6, code: 0.3 }',
      '9:3: the shares of recipe "mostly-web" do not fit, expected shares that add up to 1, got 0.9',
    ],
    [
      'a name with a space',
      'mostly-web:',
      'mostly web:',
      '9:3: not a valid name, expected a name of letters, digits, - and _',
    ],
    [
      'an unknown source',
      'web: 0.7, code: 0.3 }',
      'web: 0.7, cod: 0.3 }',
      '9:27: no source is named "cod". Did you mean "code"?',
    ],
    [
      'a bad repeat',
      'repeat: 2',
      'repeat: 0',
      '10:43: "repeat" is not valid, expected a whole number of at least 1, got 0',
    ],
    [
      'a misspelt key in one of two forms',
      'of: code',
      'off: code',
      '13:27: unknown key "off". Did you mean "of"?',
    ],
    [
      'a holdout of an unknown source',
      'of: code',
      'of: cdoe',
      '13:31: no source is named "cdoe". Did you mean "code"?',
    ],
    ['a holdout of everything', '0.5 %', '100 %', '13:20: nothing or everything would be held out'],
    ['a bad holdout', '0.5 %', 'half', '13:20: "holdout" is not valid, expected a share between 0 and 1'],
    [
      'a misspelt preset',
      'gpt2-small',
      'gpt2-smal',
      '14:17: "model" is not valid, expected gpt2-small, gpt2-medium',
    ],
    [
      'heads that do not divide',
      'gpt2-small',
      '{ layers: 2, width: 65, heads: 4 }',
      '14:37: the heads do not divide the width, expected a multiple of heads (4), got 65',
    ],
    ['bad tokens', '1.5M', '1.5X', '14:57: "tokens" is not valid, expected a number of tokens above 0'],
    [
      'no tokens',
      'tokens: 1.5M, ',
      '',
      '14:1: the length of a run is not clear, expected either "tokens" or "tokensPerParameter", got neither',
    ],
    [
      'two lengths',
      '1.5M',
      '1M, tokensPerParameter: 2',
      '14:1: the length of a run is not clear, expected either "tokens" or "tokensPerParameter", got both',
    ],
    [
      'a bad micro-batch',
      'batch: 32',
      'batch: 32, microBatch: 5',
      '14:86: the micro-batch does not divide the batch, expected a divisor of batch (32), got 5',
    ],
  ];
  test.each(cases)('with %s says so', async (_, from, to, expected) => {
    const text = study.replace(from, to);
    expect(text).not.toBe(study);
    const lines = (await problemsOf(text)).filter((line) => line.includes(expected));
    expect(lines, (await problemsOf(text)).join('\n')).toHaveLength(1);
    expect(lines[0]!.startsWith(`study.yaml:${expected}`)).toBe(true);
  });

  test('with weights that are all 0 says so', async () => {
    const text = study.replace('weight: 1', 'weight: 0').replace('weight: 3', 'weight: 0');
    expect(await problemsOf(text)).toEqual([
      'study.yaml:11:1: every weight is 0, expected at least one weight above 0',
    ]);
  });

  test('with an empty section says so', async () => {
    const text = study.replace(/validate:\n.*\n.*\n/, 'validate: {}\n');
    expect(await problemsOf(text)).toEqual([
      'study.yaml:11:1: "validate" is empty, expected at least one entry',
    ]);
  });

  test('with more than 255 sources says so', async () => {
    const many = Array.from({ length: 254 }, (_, i) => `  s${i}: { path: x }\n`).join('');
    expect(await problemsOf(study.replace('recipes:', `${many}recipes:`))).toEqual([
      'study.yaml:3:1: too many sources, expected at most 255, got 256',
    ]);
  });

  test('that is empty or no mapping is not a study', async () => {
    expect((await problemsOf(''))[0]).toMatch(
      /^study.yaml:1:1: not a study, expected options such as study, sources/,
    );
    expect((await problemsOf('- 1'))[0]).toMatch(/^study.yaml:1:1: not a study/);
  });

  test('that is not YAML is refused at every place that is wrong', async () => {
    const lines = await problemsOf('study: x\nstudy: y\nsources: [\n');
    expect(lines[0]).toBe('study.yaml:2:1: this key is already there');
    expect(lines[1]).toMatch(/^study.yaml:4:1: /);
    expect((await problemsOf('study: *nowhere'))[0]).toMatch(/nowhere/);
  });
});

test('a study file that is not there is an error that names it', async () => {
  await expect(loadStudy('no/such/study.yaml')).rejects.toThrow(
    'no/such/study.yaml: cannot read the study file',
  );
});

test('a source may have the name of something that every object has', async () => {
  const text = study.replaceAll('code', 'constructor');
  expect((await parseStudy(text, 'study.yaml')).sources.constructor).toEqual({
    paths: [join(process.cwd(), 'constructor.jsonl'), join(process.cwd(), 'more')],
    text: 'text',
  });
});
