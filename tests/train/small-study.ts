/** A small real study: three sources of generated text, through the real stages, up to prepared run folders. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel, countParameters } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import { orderKey, resolveRecipes, selectForRecipes, writeOrder } from '../../src/recipe/index.js';
import type { EngineSpec, ProxySpec, RecipeSpec } from '../../src/records.js';
import { loadTokenizer } from '../../src/tokens/index.js';
import { planSteps, prepareRun } from '../../src/train/index.js';
import { heldOutDocuments, writeEvaluation } from '../../src/validation/index.js';
import { buildStores } from '../tokens/stores.js';

export const smallProxy: ProxySpec = {
  name: 'small',
  model: { family: 'gpt2', layers: 1, width: 16, heads: 2, mlpWidth: 32 },
  learningRate: 0.003,
  tokens: { budget: 60 * 4 * 32 },
  batch: 4,
  microBatch: 2,
  context: 32,
  seeds: 1,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  gradientClip: 1,
  stableShare: 0.66,
  order: 'paired',
  evaluateEvery: 7,
};

const twoRecipes: Record<string, RecipeSpec> = {
  all: {
    kind: 'natural',
    sources: Object.fromEntries(['words', 'sums', 'code'].map((n) => [n, { repeat: 1, where: [] }])),
  },
  plain: {
    kind: 'shares',
    sources: { words: { weight: 0.8, repeat: 1, where: [] }, sums: { weight: 0.2, repeat: 1, where: [] } },
  },
};

/** Sentences that a model can learn something from, in three kinds. */
function documentText(kind: string, random: Random): string {
  const words = ['the', 'old', 'river', 'boat', 'sings', 'under', 'stone', 'bridges', 'and', 'sleeps'];
  const pick = (): string => words[random.below(words.length)]!;
  const lines = Array.from({ length: 4 + random.below(8) }, () => {
    const [a, b] = [random.below(50), random.below(50)];
    if (kind === 'words') return `${Array.from({ length: 6 }, pick).join(' ')}.`;
    return kind === 'sums' ? `${a} + ${b} = ${a + b}` : `let ${pick()}${a} = ${pick()}(${b});`;
  });
  return lines.join('\n');
}

export interface SmallStudyOptions {
  proxy?: Partial<ProxySpec>;
  seeds?: number[];
  keepOptimizer?: boolean;
  engine?: EngineSpec;
  /** Default: `all` and `plain`. */
  recipes?: Record<string, RecipeSpec>;
  online?: boolean;
}

/**
 * Prepares the runs of recipes in `folder`.
 * @returns run folders, recipes outermost
 */
export async function prepareSmallStudy(folder: string, options: SmallStudyOptions = {}): Promise<string[]> {
  const proxy = { ...smallProxy, ...options.proxy };
  const { recipes = twoRecipes, online = false } = options;
  const tokenizer = await loadTokenizer('bytes', folder, async function* () {});
  const tables = await writeSources(folder, tokenizer);
  const documents = Object.fromEntries(tables.map(({ store, documents }) => [store.source, documents]));
  const held = heldOutDocuments(
    {
      words: { kind: 'holdout', of: 'words', share: 0.2, weight: 1 },
      sums: { kind: 'holdout', of: 'sums', share: 0.2, weight: 1 },
    },
    documents,
    {},
  );
  const evaluation = await writeEvaluation(
    join(folder, 'evaluation'),
    ['words', 'sums'].map((name) => {
      const { store } = tables.find(({ store }) => store.source === name)!;
      return { name, weight: 1, store, documents: documents[name]!, rows: held.domains[name]! };
    }),
    {
      context: proxy.context,
      budgetTokens: 1000,
      endOfText: tokenizer.endOfText,
      tokenByteLengths: tokenizer.tokenByteLengths,
    },
  );
  const model = buildModel(proxy.model, { vocabularySize: tokenizer.vocabularySize, context: proxy.context });
  const length = planSteps(proxy, countParameters(model));
  const selections = await selectForRecipes(
    recipes,
    {},
    Object.fromEntries(
      Object.entries(documents).map(([source, { tokens }]) => {
        return [source, { source, tables: [], tokens, exclusions: held.exclusions[source]! }];
      }),
    ),
  );
  const available = Object.fromEntries(
    Object.entries(selections).map(([recipe, chosen]) => [
      recipe,
      Object.fromEntries(Object.entries(chosen).map(([source, { tokens }]) => [source, tokens])),
    ]),
  );
  const run = {
    output: folder,
    onMalformed: 'fail' as const,
    keepOptimizer: options.keepOptimizer ?? false,
    checkpointSeconds: 5,
  };
  const folders: string[] = [];
  const windows = length.steps * proxy.batch;
  for (const recipe of resolveRecipes(recipes, available, windows, proxy.context, selections, proxy.batch)) {
    for (const seed of options.seeds ?? [0]) {
      const sources: Parameters<typeof prepareRun>[0]['sources'] = {};
      for (const { store, documents } of tables) {
        const selection = selections[recipe.name]![store.source];
        if (selection === undefined) continue;
        const key = orderKey(proxy.order, seed, recipe.name);
        const order = await writeOrder(join(folder, 'orders'), store, documents, selection.kept, key);
        sources[store.source] = { order, store };
      }
      const study = { name: 'small', proxy, run, engine: options.engine ?? { name: 'onnx' as const } };
      folders.push(
        await prepareRun({
          study,
          output: folder,
          recipe,
          seed,
          model,
          ...length,
          threads: 1,
          tokenizer,
          sources,
          evaluationFolder: evaluation.folder,
          online,
        }),
      );
    }
  }
  return folders;
}

async function writeSources(folder: string, tokenizer: Awaited<ReturnType<typeof loadTokenizer>>) {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const names = ['words', 'sums', 'code'];
  return Promise.all(
    names.map(async (name) => {
      const random = Random.fromSeed('small study').split(name);
      const rows = Array.from({ length: 200 }, () => JSON.stringify({ text: documentText(name, random) }));
      const path = join(data, `${name}.jsonl`);
      writeFileSync(path, `${rows.join('\n')}\n`);
      const source = { paths: [path], text: 'text' };
      return buildStores({ name, source, tokenizer, folder });
    }),
  );
}
