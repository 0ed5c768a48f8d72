/** What cannot be trained is refused with one line that names the file, before anything of it is computed. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareSmallStudy } from '../../train/small-study.js';
import { copyOf, describeTorch, hookTimeout, tryToTrain } from './worker.js';

/** Damage to a run folder, and what is said about it. */
const damages: [name: string, damage: (folder: string) => void, message: RegExp][] = [
  [
    'an op that is not in the table',
    (folder) => edit(folder, 'graph.json', (text) => text.replace('"gelu"', '"system"')),
    /graph\.json: node \d+: an op that this engine does not have, expected add, .*, got system$/,
  ],
  [
    'a graph with an input of a node behind it',
    (folder) => edit(folder, 'graph.json', (text) => text.replace(/"inputs": \[\s+\d+/, '"inputs": [99999')),
    /graph\.json: node \d+: inputs that are no earlier nodes, got \(99999,/,
  ],
  [
    'a run.json that is not JSON',
    (folder) => edit(folder, 'run.json', () => '{"formatVersion":  1'),
    /run\.json: not valid JSON, got /,
  ],
  [
    'a run.json of another format',
    (folder) => edit(folder, 'run.json', (text) => text.replace('"formatVersion": 1', '"formatVersion": 2')),
    /run\.json: another format of runs, expected "formatVersion": 1$/,
  ],
  [
    'a batch that is no number',
    (folder) => edit(folder, 'run.json', (text) => text.replace('"batch": 4', '"batch": "4"')),
    /run\.json: "batch" is not valid, expected int, got "4"$/,
  ],
  [
    'a plan with fewer windows than the run has',
    (folder) => edit(folder, 'plan/phase-0.bin', (text) => text.slice(4)),
    /plan\/phase-0\.bin: not what the phase describes, expected 200 windows$/,
  ],
  [
    'a plan of another run',
    (folder) =>
      edit(folder, 'run.json', (text) => text.replace(/"planHash": "\w{8}/, '"planHash": "00000000')),
    /plan: not what run\.json was made for, expected 00000000\w+, got \w+$/,
  ],
  [
    'a plan whose order is not there',
    (folder) =>
      edit(folder, 'plan/phase-0.json', (text) => text.replace(/"order": "[^"]+"/, '"order": "../gone"')),
    /gone: cannot be read, got No such file or directory$/,
  ],
  [
    'an evaluation that is cut',
    (folder) => edit(folder, `evaluation/${streamsIn(folder)[0]}`, (text) => text.slice(8)),
    /evaluation\/\S+: not what evaluation\.json describes, expected \d+ tokens, got \d+$/,
  ],
  [
    'an evaluation with a token that the vocabulary has not',
    (folder) =>
      edit(folder, `evaluation/${streamsIn(folder)[0]}`, (text) => `\xff\xff\xff\xff${text.slice(4)}`),
    /evaluation\/\S+: a token outside of the vocabulary, expected 0 to 256, got -1$/,
  ],
  [
    'weights of another model',
    (folder) => edit(folder, 'init.safetensors', (text) => text.replace('h.0.ln_1.bias', 'h.9.ln_1.bias')),
    /init\.safetensors: tensor "transformer\.h\.0\.ln_1\.bias" does not fit the graph, expected \[16\], got none$/,
  ],
  [
    'weights with bytes left over',
    (folder) => appendFileSync(join(folder, 'init.safetensors'), 'more'),
    /init\.safetensors: not a safetensors file \(wrong size\)$/,
  ],
  [
    'weights that are a pickle',
    (folder) =>
      writeFileSync(join(folder, 'init.safetensors'), '\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00.'),
    /init\.safetensors: not a safetensors file \(impossible header length\)$/,
  ],
];

describeTorch('a worker refuses', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-refusals-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const folders: string[] = [];
  let codes: number[];
  let said: string[];

  beforeAll(async () => {
    const proxy = { tokens: { budget: 50 * 4 * 32 } };
    const [run] = await prepareSmallStudy(join(root, 'one'), { proxy });
    const [wider] = await prepareSmallStudy(join(root, 'two'), {
      proxy: { ...proxy, model: { family: 'gpt2', layers: 1, width: 24, heads: 2, mlpWidth: 32 } },
    });
    for (const [i, [, damage]] of damages.entries()) {
      const folder = copyOf(run!, `damaged-${i}`);
      damage(folder);
      folders.push(folder);
    }
    const stacks = [...folders.map((folder) => [folder]), [run!, wider!]];
    const onCpu = stacks.map((stack) => ['--device', 'cpu', ...stack]);
    const result = await tryToTrain([...onCpu, ['--device', 'cuda', folders[0]!]]);
    codes = result.codes;
    said = result.errors.split('\n').filter(Boolean);
  }, hookTimeout);

  test.each(damages.map(([name, , message], i) => [name, message, i] as const))('%s', (_name, message, i) => {
    expect(said[i]).toMatch(/^error: /);
    expect(said[i]).toMatch(message);
    expect(codes[i]).toBe(4);
    expect(readdirSync(folders[i]!)).not.toContain('done.json');
  });

  test('runs of two models in one stack', () => {
    expect(said[damages.length]).toMatch(/graph\.json: not the graph of the other runs$/);
    expect(codes[damages.length]).toBe(4);
  });

  test('a GPU that is not there; where there is one, the damaged run', () => {
    expect(said).toHaveLength(damages.length + 2);
    expect([3, 4]).toContain(codes.at(-1));
    if (codes.at(-1) === 3)
      expect(said.at(-1)).toMatch(/^error: --device cuda: no GPU that PyTorch can use, got /);
  });
});

const streamsIn = (folder: string): string[] =>
  readdirSync(join(folder, 'evaluation')).filter((file) => !file.endsWith('.json'));

function edit(folder: string, name: string, change: (text: string) => string): void {
  const path = join(folder, name);
  const text = readFileSync(path, 'latin1');
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text), 'latin1');
}
