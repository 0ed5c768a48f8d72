/** The same init and the same plan give the same losses as the embedded engine, whatever the model. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildModel, textLosses } from '../../../src/model/index.js';
import type { Evaluation, ModelConfig, OptConfig, ProxySpec } from '../../../src/records.js';
import { readSafetensors } from '../../../src/store/index.js';
import { readRunResult, readRunSpec, trainRun } from '../../../src/train/index.js';
import { prepareSmallStudy } from '../../train/small-study.js';
import { gemma3, llama } from './models.js';
import {
  copyOf,
  describeTorch,
  hookTimeout,
  largestDifference,
  lossesOf,
  metricsOf,
  train,
} from './worker.js';

/** A tenth of what is promised; differences are about 1e-6. */
const tolerance = 2e-5;
const steps = 50;
const proxy: Partial<ProxySpec> = {
  tokens: { budget: steps * 4 * 32 },
  evaluateEvery: 10,
  alignmentEvery: 10,
};

const opt: OptConfig = {
  family: 'opt',
  layers: 2,
  width: 24,
  heads: 3,
  mlpWidth: 40,
  embeddingWidth: 24,
  normFirst: true,
};
const models: [string, ModelConfig][] = [
  ['GPT-2', { family: 'gpt2', layers: 2, width: 24, heads: 3, mlpWidth: 40 }],
  ['GPT-NeoX', { family: 'gpt-neox', layers: 2, width: 24, heads: 3, mlpWidth: 40, rotaryShare: 0.5 }],
  ['OPT', opt],
  ['OPT with narrow embeddings and norms behind', { ...opt, embeddingWidth: 16, normFirst: false }],
  ['Llama with grouped queries', llama],
  ['Llama, tied', { ...llama, keyValueHeads: 4, tied: true }],
  ['Gemma 3 with a window shorter than the context', gemma3],
];

const long: Partial<ProxySpec> = {
  ...{ context: 1024, batch: 8, microBatch: 8 },
  tokens: { budget: 3 * 8 * 1024 },
  evaluateEvery: 3,
};

describeTorch('the PyTorch engine and the embedded engine', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-parity-'));
  afterAll(() => rmSync(root, { recursive: true }));
  /** Run folders by name, each trained by one of the engines. */
  const pairs = new Map<string, { embedded: string; torch: string }>();

  beforeAll(async () => {
    const cases = [...models.map(([name, model]) => [name, { model }] as const), ['long', long] as const];
    for (const [name, options] of cases) {
      const [folder] = await prepareSmallStudy(join(root, name), { proxy: { ...proxy, ...options } });
      pairs.set(name, { embedded: folder!, torch: copyOf(folder!, 'torch') });
    }
    const all = [...pairs.values()];
    const stacks = train(all.map(({ torch }) => [torch]));
    for (const { embedded } of all) await trainRun(embedded);
    await stacks;
  }, hookTimeout);

  test.each(models)(`give the same ${steps} losses: %s`, (name) => {
    const { embedded, torch } = pairs.get(name)!;
    expect(largestDifference(embedded, torch)).toBeLessThan(tolerance);
    const losses = [...lossesOf(torch).values()];
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.3);
  });

  test('give the same losses where the graph has its logits in chunks', () => {
    const { embedded, torch } = pairs.get('long')!;
    expect(readFileSync(join(torch, 'graph.json'), 'utf8').match(/"tokenCrossEntropy"/g)).toHaveLength(2);
    expect(largestDifference(embedded, torch)).toBeLessThan(tolerance);
  });

  test('give the same losses of documents', async () => {
    const { embedded, torch } = pairs.get('GPT-2')!;
    const { documents } = (await readRunResult(embedded))!;
    const expected = Object.entries(documents).flatMap(([domain, { ids, lossSumNats }]) =>
      ids.map((id, i) => ({ domain, id, lossSumNats: lossSumNats[i]! })),
    );
    const lines = readFileSync(join(torch, 'documents.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(expected.length);
    for (const [i, line] of lines.entries()) {
      const { lossSumNats, ...document } = JSON.parse(line) as (typeof expected)[number];
      const { lossSumNats: sum, ...same } = expected[i]!;
      expect(document).toEqual(same);
      expect(Math.abs(lossSumNats / sum - 1)).toBeLessThan(1e-5);
    }
  });

  test.each(models)('have the same norms of gradients, alignments and rates: %s', (name) => {
    const { embedded, torch } = pairs.get(name)!;
    const other = metricsOf(embedded);
    for (const [i, line] of metricsOf(torch).entries()) {
      const same = other[i]!;
      expect(line).toMatchObject({ kind: same.kind, step: same.step, tokens: same.tokens });
      if (line.kind === 'alignment' && same.kind === 'alignment') {
        expect({ ...line, domains: {} }).toEqual({ ...same, domains: {} });
        for (const [domain, product] of Object.entries(same.domains))
          expect(Math.abs(line.domains[domain]! / product - 1)).toBeLessThan(1e-3);
      }
      if (line.kind !== 'step' || same.kind !== 'step') continue;
      expect(line.learningRate).toBe(same.learningRate);
      expect(Math.abs(line.gradientNorm! / same.gradientNorm! - 1)).toBeLessThan(1e-3);
    }
  });

  test('leave checkpoints that both read as the same model', async () => {
    for (const [name, { embedded, torch }] of pairs) {
      const { model: config, vocabularySize, context, steps } = readRunSpec(torch);
      const model = buildModel(config, { vocabularySize, context });
      const { domains } = JSON.parse(
        readFileSync(join(torch, 'evaluation', 'evaluation.json'), 'utf8'),
      ) as Evaluation;
      const bytes = readFileSync(join(torch, 'evaluation', domains[0]!.file));
      const text = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
      const [ours, theirs] = await Promise.all(
        [embedded, torch].map((folder) => readSafetensors(join(folder, 'checkpoint.safetensors'))),
      );
      expect([...theirs!.tensors.keys()], name).toEqual([...ours!.tensors.keys()]);
      expect(theirs!.metadata).toEqual(ours!.metadata);
      const weights = new Map([...theirs!.tensors].map(([key, { data }]) => [key, data] as const));
      const { losses } = await textLosses(model, weights, text);
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      expect(mean).toBeCloseTo(lossesOf(torch).get(`words after ${steps}`)!, 5);
    }
  });
});
