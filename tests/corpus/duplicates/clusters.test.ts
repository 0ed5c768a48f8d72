import { describe, expect, test } from 'vitest';
import { documentId } from '../../../src/corpus/document-id.js';
import { clusterDuplicates, duplicateColumns } from '../../../src/corpus/duplicates/index.js';
import { errorOf, workspace } from '../workspace.js';
import { demoTexts, duplicateSource, passages } from './sources.js';

const place = workspace();
const originals = passages(demoTexts('speeches'), 150, 60).map((words) => words.join(' '));
const variant = (text: string, word: string) => text.replace(/\w+$/, word);

/** 40 passages, with a variant of every third and a copy of every fifth; and their variants in another source. */
const web = originals
  .slice(0, 40)
  .flatMap((text, i) => [text, ...(i % 3 ? [] : [variant(text, 'web')]), ...(i % 5 ? [] : [text])]);
const books = originals.slice(20).flatMap((text) => [variant(text, 'one'), variant(text, 'two')]);
const sources = async () => [
  await duplicateSource(place, 'web', web),
  await duplicateSource(place, 'books', books),
];

describe('clusters of near duplicates', () => {
  test('are sizes over all sources, ranks and copies within one, under the least id', async () => {
    const [text, other] = [originals[0]!, originals[1]!];
    const near = variant(text, 'changed');
    const clusters = await clusterDuplicates([
      await duplicateSource(place, 'a', [text, other, near, text]),
      await duplicateSource(place, 'b', [near]),
    ]);
    const label = [text, near].map(documentId).sort()[0]!;
    expect(clusters).toEqual({
      a: {
        near_cluster: [label, documentId(other), label, label],
        near_size: Float64Array.of(4, 1, 4, 4),
        near_rank: Float64Array.of(0, 0, 1, 2),
        copies: Float64Array.of(2, 1, 1, 2),
      },
      b: {
        near_cluster: [label],
        near_size: Float64Array.of(4),
        near_rank: Float64Array.of(0),
        copies: Float64Array.of(1),
      },
    });
    expect(Object.keys(clusters.a!)).toEqual(duplicateColumns.map((column) => column.name));
  });

  test('are the same when the sources come in another order', async () => {
    const both = await sources();
    const clusters = await clusterDuplicates(both);
    expect(await clusterDuplicates(both.reverse())).toEqual(clusters);
    expect(new Set(clusters.web!.near_cluster).size).toBe(40);
  });

  test('a document added to another source changes no rank, and sizes only in its own cluster', async () => {
    const [first, second] = await sources();
    const before = await clusterDuplicates([first!, second!]);
    const added = await duplicateSource(place, 'added', [...books, variant(originals[0]!, 'added')]);
    const { web: after } = await clusterDuplicates([added, first!]);
    expect(after!.near_rank).toEqual(before.web!.near_rank);
    expect(after!.copies).toEqual(before.web!.copies);
    const grown = [...after!.near_size].flatMap((size, i) =>
      size === before.web!.near_size[i] ? [] : [web[i]!],
    );
    expect(new Set(grown)).toEqual(new Set([originals[0], variant(originals[0]!, 'web')]));
  });

  test('hold exact copies of texts without words, but do not join different ones', async () => {
    const { a } = await clusterDuplicates([await duplicateSource(place, 'a', ['---', '…', '---'])]);
    expect(a!.near_size).toEqual(Float64Array.of(2, 1, 2));
  });

  test('join all of 3,000 variants of one text, though each is compared with few', async () => {
    const texts = Array.from({ length: 3000 }, (_, i) => variant(originals[0]!, `number${i}`));
    const { a } = await clusterDuplicates([await duplicateSource(place, 'a', texts)]);
    expect(new Set(a!.near_size)).toEqual(new Set([3000]));
    expect(a!.near_rank).toEqual(Float64Array.from({ length: 3000 }, (_, i) => i));
  });

  test('of no documents, and of no sources, are none', async () => {
    expect(await clusterDuplicates([])).toEqual({});
    const { a } = await clusterDuplicates([await duplicateSource(place, 'a', [])]);
    expect(a!.near_cluster).toEqual([]);
  });

  test('a signature file that is cut off is refused with its name', async () => {
    const source = await duplicateSource(place, 'cut', originals.slice(0, 3));
    const error = await errorOf(() => clusterDuplicates([{ ...source, documents: 4 }]));
    expect(String(error)).toMatch('source "cut": wrong number of document ids, expected 4, got 3');
    const short = { ...source, documents: 2, ids: [...(source.ids as string[])].slice(1) };
    const message = String(await errorOf(() => clusterDuplicates([short])));
    expect(message).toMatch('cut/minhash.bin: does not fit its source, expected 896 bytes');
    expect(message).toMatch('got 1344 bytes');
  });
});
