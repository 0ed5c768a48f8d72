import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import {
  openPlan,
  orderKey,
  type PlanReader,
  realisedShares,
  resolveRecipes,
  type Selection,
  selectDocuments,
  writeOrder,
  writeOrders,
  writePlan,
} from '../../src/recipe/index.js';
import type { RecipeSpec } from '../../src/records.js';
import { heldOutDocuments } from '../../src/validation/index.js';
import { documentsOf, names, storeOnDisk } from '../validation/tables.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = 15;
const length = context + 1;

function onDisk(source: string, list: readonly string[], tokenBytes: 2 | 4 = 2) {
  const documents = documentsOf(list);
  const store = storeOnDisk(join(folder, 'tokens'), source, documents, tokenBytes);
  return { ...documents, ...store, source, stream: documents.tokens };
}

const web = onDisk('web', names('w', 9000));
const code = onDisk('code', [...names('c', 700), ...names('w', 60), ...names('c', 30)], 4);
const stores: Record<string, ReturnType<typeof onDisk>> = { web, code };

interface RunOptions {
  seed?: number;
  windows?: number;
  order?: 'paired' | 'independent';
  exclusions?: Record<string, Uint8Array>;
}

/** What is left of each store. */
async function selectionsOf(exclusions?: Record<string, Uint8Array>): Promise<Record<string, Selection>> {
  const entries = Object.values(stores).map(async ({ source, table }) => {
    const none = new Uint8Array(table.id.length);
    const documents = { source, tables: [], tokens: table.tokens, exclusions: exclusions?.[source] ?? none };
    return [source, (await selectDocuments(documents, [[]]))[0]!] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

let runs = 0;
async function planOf(recipeName: string, spec: RecipeSpec, options: RunOptions = {}): Promise<PlanReader> {
  const { seed = 0, windows = 400, order = 'paired', exclusions } = options;
  const selected = await selectionsOf(exclusions);
  const tokens = Object.entries(selected).map(([source, selection]) => [source, selection.tokens]);
  const available = { [recipeName]: Object.fromEntries(tokens) };
  const [recipe] = resolveRecipes({ [recipeName]: spec }, available, windows, context);
  const sources = Object.fromEntries(
    await Promise.all(
      Object.values(stores).map(async (store) => {
        const key = orderKey(order, seed, recipeName);
        const { kept } = selected[store.source]!;
        const written = await writeOrder(join(folder, 'orders'), store, store.table, kept, key);
        return [store.source, { order: written, store }] as const;
      }),
    ),
  );
  const runFolder = join(folder, 'runs', `${recipeName}-${runs++}`);
  await writePlan(runFolder, {
    recipe: recipe!,
    context,
    sources,
    random: Random.fromSeed(seed).split('plan'),
  });
  return openPlan(runFolder);
}

const only = (source: string, repeat = 1): RecipeSpec => ({
  kind: 'shares',
  sources: { [source]: { weight: 1, repeat, where: [] } },
});
const mix = (share: number): RecipeSpec => ({
  kind: 'shares',
  sources: {
    web: { weight: share, repeat: 1, where: [] },
    code: { weight: 1 - share, repeat: 1, where: [] },
  },
});

/** The documents of a stream of tokens, as strings of their tokens. */
function textsOf(tokens: ArrayLike<number>): string[] {
  return Array.from(tokens)
    .join(' ')
    .split(/(?:^| )0(?: |$)/);
}

/** All windows of one source of a plan, in the order in which the run meets them. */
async function windowsOf(
  plan: PlanReader,
  source: string,
  runFolderSequence: Uint8Array,
): Promise<Int32Array> {
  const index = plan.phases[0]!.sources.findIndex((entry) => entry.source === source);
  const all = await plan.read(0, plan.windows);
  return all.filter((_, i) => runFolderSequence[Math.floor(i / length)] === index);
}

describe('a plan', () => {
  test('cuts the ordered documents of a source, each with its end-of-text token, into windows without overlap', async () => {
    const plan = await planOf('whole', only('web'), { windows: 9000 });
    const stream = Array.from(await plan.read(0, plan.windows));
    const read = textsOf(stream).slice(0, -1);
    const all = new Set(textsOf(web.stream));
    expect(stream).toHaveLength(9000 * length);
    expect(read.length).toBeGreaterThan(5000);
    expect(new Set(read).size).toBe(read.length);
    expect(read.every((document) => all.has(document))).toBe(true);
    // The order is not the order of the store.
    expect(read.slice(0, 3)).not.toEqual(textsOf(web.stream).slice(0, 3));
    plan.close();
  });

  test('reads the same from anywhere, in any order and any number', async () => {
    const plan = await planOf('anywhere', mix(0.8), { windows: 2000 });
    const all = await plan.read(0, 2000);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1999 }),
        fc.integer({ min: 1, max: 70 }),
        async (from, most) => {
          const count = Math.min(most, 2000 - from);
          expect(await plan.read(from, count)).toEqual(all.subarray(from * length, (from + count) * length));
        },
      ),
      { numRuns: 60 },
    );
    for (const from of [500, 501, 501, 500]) {
      expect(await plan.read(from, 1)).toEqual(all.subarray(from * length, (from + 1) * length));
    }
    await expect(plan.read(1999, 2)).rejects.toThrow('windows outside of the plan');
    plan.close();
  });

  test('holds the planned shares, which are recorded', async () => {
    const plan = await planOf('shares', mix(0.75));
    expect(realisedShares(plan.phases[0]!)).toEqual({ web: 0.75, code: 0.25 });
    expect(plan.phases[0]!.sources.map(({ source, windows }) => [source, windows])).toEqual([
      ['code', 100],
      ['web', 300],
    ]);
    plan.close();
  });

  test('repeats the windows of a source in the same order, each at most as often as allowed', async () => {
    const available = Math.floor(code.stream.length / length);
    const plan = await planOf('repeated', only('code', 3), { windows: 2 * available + 10 });
    const once = await plan.read(0, available);
    expect(await plan.read(available, available)).toEqual(once);
    expect(await plan.read(2 * available, 10)).toEqual(once.subarray(0, 10 * length));
    plan.close();
    await expect(planOf('too much', only('code', 2), { windows: 2 * available + 1 })).rejects.toThrow(
      '"code" lacks 16 tokens',
    );
  });

  test('does not hold a document that is held out, nor a copy of it', async () => {
    const spec = { kind: 'holdout', of: 'web', share: 0.05, weight: 1 } as const;
    const tables = { web: web.table, code: code.table };
    const { exclusions } = heldOutDocuments({ web: spec }, tables, {});
    const selected = await selectionsOf(exclusions);
    expect(selected.code!.dropped).toMatchObject([{ reason: 'copy of a validation document' }]);
    const heldIds = new Set(web.table.id.filter((_, row) => exclusions.web![row] !== 0));
    const held = new Set<string>();
    for (const { table, stream } of [web, code])
      for (const [row, id] of table.id.entries())
        if (heldIds.has(id))
          held.add(stream.slice(table.offset[row]!, table.offset[row]! + table.tokens[row]!).join(' '));
    for (const store of [web, code]) {
      const windows = Math.floor(selected[store.source]!.tokens / length);
      const plan = await planOf(`held-${store.source}`, only(store.source), { windows, exclusions });
      const read = textsOf(await plan.read(0, windows)).slice(0, -1);
      expect(read.length).toBeGreaterThan(500);
      expect(read.filter((document) => held.has(document))).toEqual([]);
      plan.close();
    }
  });

  test('that is written again is found, and a damaged one is refused', async () => {
    const plan = await planOf('again', mix(0.5));
    plan.close();
    const runFolder = join(folder, 'runs', `again-${runs - 1}`);
    const file = join(runFolder, 'plan', 'phase-0.bin');
    expect([...readFileSync(file)].filter((source) => source === 0)).toHaveLength(200);
    truncateSync(file, 7);
    expect(() => openPlan(runFolder)).toThrow('not what phase-0.json describes, expected 400 windows, got 7');
    expect(() => openPlan(join(folder, 'nowhere'))).toThrow('holds no plan');
  });

  test('whose tokens are gone is an error', async () => {
    const plan = await planOf('gone', only('web'));
    plan.close();
    const runFolder = join(folder, 'runs', `gone-${runs - 1}`);
    const file = join(runFolder, 'plan', 'phase-0.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('tokens.bin', 'missing.bin'));
    expect(() => openPlan(runFolder)).toThrow(/missing\.bin: cannot read this file of the plan, got ENOENT/);
    writeFileSync(join(web.folder, 'short.bin'), Buffer.alloc(10));
    writeFileSync(file, text.replace('tokens.bin', 'short.bin'));
    const short = openPlan(runFolder);
    await expect(short.read(0, 50)).rejects.toThrow('shorter than its documents say');
    short.close();
  });
});

describe('the order of documents', () => {
  const sequenceOf = () => new Uint8Array(readFileSync(join(folder, 'runs', lastRun, 'plan', 'phase-0.bin')));
  let lastRun = '';
  const webWindows = async (name: string, spec: RecipeSpec, options: RunOptions = {}): Promise<number[]> => {
    const plan = await planOf(name, spec, options);
    lastRun = `${name}-${runs - 1}`;
    const windows = await windowsOf(plan, 'web', sequenceOf());
    plan.close();
    return Array.from(windows);
  };

  test('is the same in two recipes with the same seed', async () => {
    const a = await webWindows('a', mix(0.9));
    const b = await webWindows('b', mix(0.5));
    expect(b).toEqual(a.slice(0, b.length));
    expect(b).toHaveLength(200 * length);
  });

  test('differs between seeds, and between recipes when it is independent', async () => {
    const first = async (...args: Parameters<typeof webWindows>) => (await webWindows(...args)).slice(0, 100);
    const a = await first('a', only('web'));
    expect(await first('a', only('web'), { seed: 1 })).not.toEqual(a);
    const independent = await first('a', only('web'), { order: 'independent' });
    expect(await first('b', only('web'), { order: 'independent' })).not.toEqual(independent);
    expect(await first('a', only('web'), { order: 'independent' })).toEqual(independent);
  });

  test('is not reshuffled by a dropped document', async () => {
    const all = textsOf(await webWindows('all', only('web')));
    const exclusions = { web: Uint8Array.from(web.table.id, (_, row) => (row % 10 === 0 ? 1 : 0)) };
    const fewer = textsOf(await webWindows('fewer', only('web'), { exclusions })).slice(0, -1);
    const kept = all.filter((document) => fewer.includes(document));
    expect(kept.length).toBeGreaterThan(0.8 * all.length);
    expect(kept).toEqual(fewer.slice(0, kept.length));
  });

  test('is a file of (offset, tokens) that is written once', async () => {
    const all = new Uint8Array(9000).fill(1);
    const kept = all.slice();
    kept[3] = 0;
    const write = () => writeOrder(join(folder, 'once'), web, web.table, kept, 'key');
    const [order, same] = await Promise.all([write(), write()]);
    expect(same).toEqual(order);
    const bytes = readFileSync(order.path);
    expect(order.documents).toBe(8999);
    expect(bytes.length).toBe(8999 * 16);
    const rows = new Map(Array.from(web.table.offset, (offset, row) => [offset, row]));
    const seen = new Set<number>();
    for (let at = 0; at < bytes.length; at += 16) {
      const row = rows.get(Number(bytes.readBigUInt64LE(at)))!;
      expect(Number(bytes.readBigUInt64LE(at + 8))).toBe(web.table.tokens[row]! + 1);
      seen.add(row);
    }
    expect(seen.size).toBe(8999);
    expect(seen.has(3)).toBe(false);
    const before = statSync(order.path).mtimeMs;
    expect(await write()).toEqual(order);
    expect(statSync(order.path).mtimeMs).toBe(before);
    const other = await writeOrder(join(folder, 'once'), web, web.table, all, 'key');
    expect(other.path).not.toBe(order.path);
  });
});

test('the orders of many selections are those of each alone, and of one sort', async () => {
  const selections = [3, 5, 7].map((step) => Uint8Array.from(web.table.id, (_, row) => (row % step ? 1 : 0)));
  const together = await writeOrders(join(folder, 'together'), web, web.table, selections, 'many');
  for (const [i, kept] of selections.entries()) {
    const alone = await writeOrder(join(folder, 'alone'), web, web.table, kept, 'many');
    expect({ ...together[i]!, path: '' }).toEqual({ ...alone, path: '' });
    expect(readFileSync(together[i]!.path).equals(readFileSync(alone.path))).toBe(true);
  }
});
