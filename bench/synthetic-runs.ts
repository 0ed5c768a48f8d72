/** Real run folders of a benchmark's shape, over random tokens: through the same stages as a study's. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCorpusStore, fingerprint, listFiles, MeasurePool } from '../src/corpus/index.js';
import { countParameters } from '../src/model/index.js';
import { Random } from '../src/random.js';
import { orderKey, resolveRecipes, selectDocuments, writeOrder } from '../src/recipe/index.js';
import type { EngineSpec, ProxySpec } from '../src/records.js';
import { buildTokenStore, readDocumentTable, type Tokenizer } from '../src/tokens/index.js';
import { planSteps, prepareRun } from '../src/train/index.js';
import { evaluationBudget, heldOutDocuments, writeEvaluation } from '../src/validation/index.js';
import { modelOf, type Shape } from './shapes.js';

/** Ids written as decimal numbers with spaces between them. */
const numbers = (vocabularySize: number): Tokenizer => ({
  spec: 'bytes',
  hash: `numbers below ${vocabularySize}`,
  vocabularySize,
  endOfText: vocabularySize - 1,
  encode: (text) => Uint32Array.from(text.split(' '), Number),
  decode: (ids) => [...ids].join(' '),
  tokenByteLengths: new Uint32Array(vocabularySize).fill(4),
  exactByteLengths: false,
  dispose: () => {},
});

const documentTokens = 500;

/**
 * Prepares `count` runs of `steps` steps, one seed each, one thread each.
 * @returns their folders, in `folder`
 */
export async function prepareRuns(
  folder: string,
  shape: Shape,
  count: number,
  steps: number,
  { engine = { name: 'onnx' }, evaluateEvery }: { engine?: EngineSpec; evaluateEvery?: number } = {},
): Promise<string[]> {
  const { batch, context, vocabularySize, microBatch, config } = shape;
  const proxy: ProxySpec = {
    name: 'synthetic',
    model: config,
    learningRate: 1e-4,
    tokens: { budget: steps * batch * context },
    batch,
    context,
    seeds: count,
    weightDecay: 0.1,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    gradientClip: 1,
    stableShare: 0.66,
    order: 'paired',
    ...(microBatch === undefined ? {} : { microBatch }),
    ...(evaluateEvery === undefined ? {} : { evaluateEvery }),
  };
  const tokenizer = numbers(vocabularySize);
  const { store, documents } = await randomSource(folder, tokenizer, 2 * steps * batch * (context + 1));
  const spec = { kind: 'holdout', of: 'random', share: 0.25, weight: 1 } as const;
  const held = heldOutDocuments({ random: spec }, { random: documents }, {});
  const model = modelOf(shape);
  const length = planSteps(proxy, countParameters(model));
  const evaluations = 1 + Math.ceil(steps / length.evaluateEvery);
  const evaluation = await writeEvaluation(
    join(folder, 'evaluation'),
    [{ name: 'random', weight: 1, store, documents, rows: held.domains.random! }],
    {
      context,
      budgetTokens: evaluationBudget({ trainTokens: steps * batch * context, evaluations, domains: 1 }),
      endOfText: tokenizer.endOfText,
      tokenByteLengths: tokenizer.tokenByteLengths,
    },
  );
  const { tokens } = documents;
  const table = { source: 'random', tables: [], tokens, exclusions: held.exclusions.random! };
  const [selection] = await selectDocuments(table, [[]]);
  const available = { all: { random: selection!.tokens } };
  const all = { all: { kind: 'natural' as const, sources: { random: { repeat: 1, where: [] } } } };
  const [recipe] = resolveRecipes(all, available, steps * batch, context);
  const run = {
    output: folder,
    onMalformed: 'fail' as const,
    keepOptimizer: false,
    checkpointSeconds: 5,
  };
  const folders: string[] = [];
  for (let seed = 0; seed < count; seed++) {
    const key = orderKey(proxy.order, seed, recipe!.name);
    const order = await writeOrder(join(folder, 'orders'), store, documents, selection!.kept, key);
    const input = {
      study: { name: 'bench', proxy, run, engine },
      output: folder,
      recipe: recipe!,
      seed,
      model,
      threads: 1,
    };
    const sources = { random: { order, store } };
    folders.push(
      await prepareRun({ ...input, ...length, tokenizer, sources, evaluationFolder: evaluation.folder }),
    );
  }
  return folders;
}

async function randomSource(folder: string, tokenizer: Tokenizer, tokens: number) {
  const random = Random.fromSeed(0);
  const document = () =>
    Array.from({ length: documentTokens }, () => random.below(tokenizer.endOfText)).join(' ');
  const count = Math.ceil(tokens / documentTokens);
  const rows = Array.from({ length: count }, () => JSON.stringify({ text: document() }));
  const path = join(folder, 'random.jsonl');
  writeFileSync(path, `${rows.join('\n')}\n`);
  const source = { paths: [path], text: 'text' };
  const corpus = await buildCorpusStore({
    name: 'random',
    source,
    folder: join(folder, 'corpus'),
    fingerprint: await fingerprint(source, await listFiles(source, 'random')),
    groups: [],
    pool: new MeasurePool(0),
    onMalformed: ({ origin, reason }) => {
      throw new Error(`${origin}: ${reason}`);
    },
  });
  const store = await buildTokenStore({ corpus, source, tokenizer, folder: join(folder, 'tokens') });
  return { store, documents: await readDocumentTable(corpus, store) };
}
