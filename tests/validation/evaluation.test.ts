import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readTokens } from '../../src/tokens/index.js';
import {
  type DomainInput,
  domainLoss,
  openEvaluation,
  sumByDocument,
  writeEvaluation,
} from '../../src/validation/index.js';
import { documentsOf, endOfText, names, storeOnDisk, type TestDocuments } from './tables.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-evaluation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = 8;
const tokenByteLengths = Array.from({ length: 61000 }, (_, token) =>
  token === endOfText ? 0 : 1 + (token % 3),
);
const options = { context, budgetTokens: 400, documentTokens: 24, endOfText, tokenByteLengths };

function domain(name: string, count: number, weight = 1): DomainInput {
  const documents = documentsOf(names(name, count));
  return inputOf(name, documents, weight);
}

function inputOf(name: string, documents: TestDocuments, weight = 1): DomainInput {
  const { table } = documents;
  const store = storeOnDisk(join(folder, 'tokens'), name, documents);
  return { name, weight, store, documents: table, rows: table.id.map((_, i) => i) };
}

describe('an evaluation', async () => {
  const inputs = [domain('a', 60, 3), domain('b', 5, 1)];
  const written = await writeEvaluation(folder, inputs, options);
  const { evaluation } = written;
  const reader = openEvaluation(written.folder);

  test('holds documents in the order given, up to the budget, cut at the cap', () => {
    const [a, b] = evaluation.domains;
    expect(evaluation.domains.map(({ weight }) => weight)).toEqual([0.75, 0.25]);
    expect(b!.documents).toHaveLength(5);
    expect(a!.documents.map(({ id }) => id)).toEqual(inputs[0]!.documents.id.slice(0, a!.documents.length));
    const lengths = a!.documents.map(({ tokens }) => tokens);
    const total = lengths.reduce((x, y) => x + y, 0);
    expect(total).toBeLessThanOrEqual(400);
    expect(total).toBeGreaterThan(400 - 24);
    expect(lengths).toEqual(
      Array.from(inputs[0]!.documents.tokens)
        .slice(0, lengths.length)
        .map((n) => Math.min(n + 1, 24)),
    );
    expect(Math.max(...lengths)).toBe(24);
  });

  test('counts the bytes that the kept tokens stand for', () => {
    const { documents, store } = inputs[0]!;
    for (const [i, { tokens, bytes }] of evaluation.domains[0]!.documents.entries()) {
      const kept = [...readTokens(store, documents.offset[i]!, Math.min(documents.tokens[i]!, tokens))];
      expect(bytes).toBe(kept.reduce((sum, token) => sum + tokenByteLengths[token]!, 0));
    }
  });

  test('gives windows in which every token but the first is predicted exactly once', () => {
    for (const { name, documents, file } of evaluation.domains) {
      const bytes = readFileSync(join(written.folder, file));
      const stream = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
      expect(stream[0]).toBe(endOfText);
      expect(stream.length - 1).toBe(documents.reduce((sum, { tokens }) => sum + tokens, 0));
      const targets: number[] = [];
      for (const batch of reader.windows(name, 3)) {
        for (let at = 0; at < batch.length; at += context + 1) {
          const window = batch.subarray(at, at + context + 1);
          expect(window[0]).toBe(stream[targets.length]);
          targets.push(...window.subarray(1));
        }
      }
      expect(targets.slice(0, stream.length - 1)).toEqual(stream.slice(1));
      expect(targets.slice(stream.length - 1).every((token) => token === endOfText)).toBe(true);
      expect(targets.length - (stream.length - 1)).toBeLessThan(context);
    }
  });

  test('adds token losses up by document, whatever the batch', async () => {
    // The "loss" of a token is its id, so that each document's sum is known from its tokens.
    const engine = async (windows: Int32Array) =>
      Float32Array.from(windows).filter((_, i) => i % (context + 1) !== 0);
    const { documents, store } = inputs[0]!;
    for (const batch of [1, 4, 1000]) {
      const losses = await reader.documentLosses('a', batch, engine);
      expect(losses.ids).toEqual(evaluation.domains[0]!.documents.map(({ id }) => id));
      for (const [i, sum] of losses.lossSumNats.entries()) {
        const kept = [
          ...readTokens(store, documents.offset[i]!, Math.min(documents.tokens[i]!, losses.tokens[i]!)),
        ];
        expect(sum).toBe(kept.reduce((a, b) => a + b, 0));
      }
    }
  });

  test('is written once, and its address is of what is measured, not of the weights', async () => {
    const file = join(written.folder, 'evaluation.json');
    const before = statSync(file).mtimeMs;
    const again = await writeEvaluation(folder, inputs, options);
    expect(again).toEqual(written);
    expect(statSync(file).mtimeMs).toBe(before);
    const other = await writeEvaluation(folder, [domain('a', 60, 1), domain('b', 5, 1)], options);
    expect(other.folder).toBe(written.folder);
    expect(openEvaluation(other.folder).evaluation.domains[0]!.weight).toBe(0.5);
    const shorter = await writeEvaluation(folder, inputs, { ...options, budgetTokens: 200 });
    expect(shorter.folder).not.toBe(written.folder);
    expect(readdirSync(folder).filter((name) => name.startsWith('evaluation-'))).toHaveLength(2);
  });

  test('that was damaged is an error that says how to go on', async () => {
    const damaged = await writeEvaluation(join(folder, 'damaged'), inputs, options);
    truncateSync(join(damaged.folder, 'a.bin'), 12);
    const windows = openEvaluation(damaged.folder).windows('a', 1);
    expect(() => [...windows]).toThrow(/a\.bin: not what evaluation.json describes.*Delete the folder/);
    expect(() => [...reader.windows('nowhere', 1)]).toThrow('no domain is named "nowhere"');
    expect(() => openEvaluation(join(folder, 'absent'))).toThrow('not an evaluation');
  });

  test('with a small budget cuts documents shorter, down to one context, rather than hold few of them', async () => {
    const { documentTokens: _, ...free } = options;
    const input = inputOf('long', documentsOf(names('long', 40), 500));
    const longest = async (budgetTokens: number) => {
      const result = await writeEvaluation(folder, [input], { ...free, budgetTokens });
      return Math.max(...result.evaluation.domains[0]!.documents.map(({ tokens }) => tokens));
    };
    expect(await longest(100)).toBe(8);
    expect(await longest(32 * 20)).toBe(20);
    expect(await longest(1e6)).toBe(32);
    expect(await longest(3)).toBe(3);
  });
});

describe('sums over documents', () => {
  const entry = {
    name: 'd',
    weight: 1,
    file: 'd.bin',
    documents: [
      { id: 'x', tokens: 3, bytes: 6 },
      { id: 'y', tokens: 2, bytes: 4 },
    ],
  };

  test('are of float32 losses, added in float64', async () => {
    const small = Math.fround(1e-9);
    const { lossSumNats } = await sumByDocument(entry, [
      Float32Array.of(1, small),
      Float32Array.of(small, 2, 3, 99),
    ]);
    expect([...lossSumNats]).toEqual([1 + small + small, 5]);
  });

  test('need a loss for every token', async () => {
    await expect(sumByDocument(entry, [Float32Array.of(1, 2, 3, 4)])).rejects.toThrow(
      'losses of some tokens are missing',
    );
  });

  test('give nats per token and bits per byte', async () => {
    const losses = await sumByDocument(entry, [Float32Array.of(1, 1, 1, 1, 1)]);
    expect(domainLoss(losses)).toEqual({ lossNats: 1, bitsPerByte: 5 / Math.LN2 / 10 });
  });
});
