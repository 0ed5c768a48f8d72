/** A plan over files that stay where they are: the windows are those of the joined documents. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { writePlan } from '../../src/recipe/plan.js';
import { openPlan } from '../../src/recipe/reader.js';
import { bytesTokenizer } from '../../src/tokens/bytes-tokenizer.js';
import { openPretokenized } from '../../src/tokens/pretokenized/open.js';
import { errorOf, workspace } from '../corpus/workspace.js';

const work = workspace();
const fixture = (name: string) =>
  fileURLToPath(new URL(`../tokens/fixtures/pretokenized/${name}`, import.meta.url));
const texts: string[] = JSON.parse(readFileSync(fixture('documents.json'), 'utf8'));
const context = 31;

async function planOver(name: string, files: string[], reversed: boolean) {
  const source = openPretokenized(files, bytesTokenizer());
  const rows = [...source.rows()].map((row) => ('tokens' in row ? row.tokens : undefined)!);
  if (reversed) rows.reverse();
  const pairs = rows.flatMap(({ offset, ids }) => [BigInt(offset), BigInt(ids.length + 1)]);
  const order = work.write(`${name}/order.bin`, new Uint8Array(BigUint64Array.from(pairs).buffer));
  const tokens = rows.reduce((sum, { ids }) => sum + ids.length + 1, 0);
  const windows = Math.floor(tokens / (context + 1));
  const own = { source: 'web', share: 1, windows, realisedShare: 1, availableWindows: windows, repeat: 1 };
  const run = work.path(`${name}/run`);
  await writePlan(run, {
    recipe: { name, sources: [own] } as unknown as Parameters<typeof writePlan>[1]['recipe'],
    context,
    sources: {
      web: {
        order: { path: order, hash: name, documents: rows.length } as never,
        store: { folder: 'unused', hash: name, tokenBytes: source.tokenBytes, inPlace: source.files },
      },
    },
    random: Random.fromSeed(1),
  });
  return { run, windows };
}

test.each([
  ['npy', ['header-a.npy', 'header-b.npy'], false],
  ['npy-reversed', ['header-a.npy', 'header-b.npy'], true],
  ['megatron', ['megatron-a.bin', 'megatron-b.bin'], true],
])('%s files in place give the windows of their documents', async (name, files, reversed) => {
  const { run, windows } = await planOver(name, files.map(fixture), reversed);
  const plan = openPlan(run);
  const read = await plan.read(0, windows);
  plan.close();
  const documents = (reversed ? texts.toReversed() : texts).flatMap((text) => [...Buffer.from(text), 256]);
  expect([...read]).toEqual(documents.slice(0, windows * (context + 1)));
});

test('a file that has changed is not read', async () => {
  const copy = work.write('grown.npy', readFileSync(fixture('header-a.npy')));
  const { run } = await planOver('grown', [copy], false);
  writeFileSync(copy, Buffer.concat([readFileSync(copy), Buffer.alloc(2)]));
  const error = await errorOf(async () => openPlan(run));
  expect(String(error)).toMatch(/changed since the plan was made/);
  expect(JSON.parse(readFileSync(join(run, 'plan/phase-0.json'), 'utf8')).sources[0].tokens).toHaveLength(1);
});
