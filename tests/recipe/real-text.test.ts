import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listFiles } from '../../src/corpus/index.js';
import { Random } from '../../src/random.js';
import {
  openPlan,
  orderKey,
  resolveRecipes,
  selectForRecipes,
  writeOrder,
  writePlan,
} from '../../src/recipe/index.js';
import type { RecipeSpec } from '../../src/records.js';
import { loadTokenizer } from '../../src/tokens/index.js';
import {
  countExclusions,
  domainLoss,
  heldOutDocuments,
  openEvaluation,
  writeEvaluation,
} from '../../src/validation/index.js';
import { buildStores } from '../tokens/stores.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-real-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('real files go through stores, held-out documents, an evaluation and a plan, and come out as they were', async () => {
  const context = 64;
  const root = resolve(import.meta.dirname, '../../src');
  const tokenizer = await loadTokenizer('bytes', folder, async function* () {});
  const paths = { code: join(root, 'stats'), schema: join(root, 'schema') };
  const stores = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      return buildStores({ name, source: { paths: [path], text: 'text' }, tokenizer, folder });
    }),
  );
  const [code, schema] = stores as [(typeof stores)[0], (typeof stores)[0]];

  const spec = { kind: 'holdout', of: 'code', share: 0.4, weight: 1 } as const;
  const held = heldOutDocuments({ code: spec }, { code: code.documents, schema: schema.documents }, {});
  expect(countExclusions(held.exclusions.code!)['held out']).toBeGreaterThan(0);
  const written = await writeEvaluation(
    folder,
    [{ name: 'code', weight: 1, ...code, rows: held.domains.code! }],
    {
      context,
      budgetTokens: 1e6,
      documentTokens: 1e6,
      endOfText: tokenizer.endOfText,
      tokenByteLengths: tokenizer.tokenByteLengths,
    },
  );
  const evaluation = openEvaluation(written.folder);
  const [domain] = evaluation.evaluation.domains;
  // With bytes as tokens, a document's tokens are its bytes and one end-of-text token.
  expect(domain!.documents.map(({ tokens, bytes }) => tokens - bytes)).toEqual(
    domain!.documents.map(() => 1),
  );
  const uniform = Math.log(tokenizer.vocabularySize);
  const losses = await evaluation.documentLosses('code', 8, async (windows) =>
    new Float32Array((windows.length / (context + 1)) * context).fill(uniform),
  );
  expect(domainLoss(losses).lossNats).toBeCloseTo(Math.log(257), 5);
  expect(domainLoss(losses).bitsPerByte).toBeGreaterThan(8);

  const each = { repeat: 1, where: [] };
  const all: RecipeSpec = { kind: 'natural', sources: { code: each, schema: each } };
  const table = (source: string, { documents }: typeof code) => {
    return { source, tables: [], tokens: documents.tokens, exclusions: held.exclusions[source]! };
  };
  const selectable = { code: table('code', code), schema: table('schema', schema) };
  const { all: selections } = await selectForRecipes({ all }, {}, selectable);
  const available = { all: { code: selections!.code!.tokens, schema: selections!.schema!.tokens } };
  const [recipe] = resolveRecipes({ all }, available, 300, context);
  const sources = Object.fromEntries(
    await Promise.all(
      stores.map(async ({ store, documents }) => {
        const key = orderKey('paired', 0, 'all');
        const order = await writeOrder(
          join(folder, 'orders'),
          store,
          documents,
          selections![store.source]!.kept,
          key,
        );
        return [store.source, { order, store }] as const;
      }),
    ),
  );
  await writePlan(join(folder, 'run'), { recipe: recipe!, context, sources, random: Random.fromSeed(0) });
  const plan = openPlan(join(folder, 'run'));
  const windows = await plan.read(0, 300);
  plan.close();

  const textOf = (tokens: Iterable<number>): string => tokenizer.decode(tokens);
  const evaluated = textOf([...evaluation.windows('code', 1)].flatMap((window) => [...window.subarray(1)]));
  const files = await listFiles({ paths: Object.values(paths), text: 'text' }, 'all');
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const heldTexts = texts.filter((text) => evaluated.includes(text));
  expect(heldTexts).toHaveLength(held.domains.code!.length);
  const trainedTexts = texts.filter((text) => !heldTexts.includes(text)).join('\n');
  // What a window holds of a document is a part of a document that is trained on.
  for (let at = 0; at < windows.length; at += context + 1) {
    const parts: number[][] = [[]];
    for (const token of windows.subarray(at, at + context + 1)) {
      if (token === tokenizer.endOfText) parts.push([]);
      else parts.at(-1)!.push(token);
    }
    // A character that the window's edge cuts is left out of the comparison.
    for (const part of parts) expect(trainedTexts).toContain(textOf(part).replace(/^\uFFFD+|\uFFFD+$/g, ''));
  }
});
