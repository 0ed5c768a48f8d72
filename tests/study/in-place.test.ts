/** A study over files of tokens: nothing is copied, and every format gives the runs that the same texts would. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { loadStudy } from '../../src/load-study.js';
import { openPlan } from '../../src/recipe/index.js';
import { prepareData, runStudy } from '../../src/study.js';
import { workspace } from '../corpus/workspace.js';

const work = workspace();
const fixtures = fileURLToPath(new URL('../tokens/fixtures/pretokenized', import.meta.url));
const texts: string[] = JSON.parse(readFileSync(join(fixtures, 'documents.json'), 'utf8'));

const file = work.path('study.yaml');
beforeAll(() => {
  for (const name of ['raw-a.npy', 'raw-b.npy']) cpSync(join(fixtures, name), work.path(`npy/${name}`));
  for (const name of ['megatron-a', 'megatron-b'])
    for (const end of ['bin', 'idx'])
      cpSync(join(fixtures, `${name}.${end}`), work.path(`megatron/${name}.${end}`));
  work.write('text.jsonl', texts.map((text) => JSON.stringify({ text })).join('\n'));
  const valid = texts.map((_, i) => JSON.stringify({ text: `Other words for number ${i * 31337}.` }));
  work.write('valid.jsonl', valid.join('\n'));
  work.write(
    'study.yaml',
    `study: in-place
tokenizer: bytes
sources:
  text: { path: text.jsonl }
  npy: { path: npy, tokenizer: bytes }
  megatron: { path: megatron, tokenizer: bytes }
recipes:
  text: { text: 1 }
  npy: { npy: 1 }
  megatron: { megatron: 1 }
validate: { valid: { path: valid.jsonl } }
proxy: { model: { layers: 1, width: 16, heads: 1 }, learningRate: 1e-3, tokens: 1500, batch: 4, context: 31, seeds: 1 }
run: { output: out, workers: 1 }
`,
  );
});

test('sources of tokens are measured like text, and their tokens stay where they are', async () => {
  const { sources } = await prepareData(await loadStudy(file));
  const { text, npy, megatron } = sources as Record<string, NonNullable<(typeof sources)[string]>>;
  for (const own of [npy!, megatron!]) {
    expect(own.documents.id).toEqual(text!.documents.id);
    expect([...own.documents.bytes]).toEqual([...text!.documents.bytes]);
    expect(own.store.inPlace!.map(({ path }) => existsSync(path))).toEqual([true, true]);
    expect(existsSync(join(own.store.folder, 'tokens.bin'))).toBe(false);
    for (const row of [0, 20, 39]) {
      const at = [own.documents.offset[row]!, own.documents.tokens[row]! + 1] as const;
      expect([...own.readTokens(...at)]).toEqual([...Buffer.from(texts[row]!), 256]);
    }
  }
});

test('runs over tokens in place read the windows of the same texts, and learn the same', async () => {
  const { report } = await runStudy(await loadStudy(file));
  const windows = report.runs.map(({ folder }) => {
    const plan = openPlan(join(work.path('out'), folder));
    return plan.read(0, plan.windows).finally(() => plan.close());
  });
  const [first, ...others] = await Promise.all(windows);
  for (const other of others) expect(other).toEqual(first);
  const losses = new Set(report.ranking.recipes.map(({ lossNats }) => lossNats));
  expect(losses.size).toBe(1);
});
