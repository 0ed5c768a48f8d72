import { describe, expect, test } from 'vitest';
import { type AssayError, ExitCode } from '../../src/errors.js';
import type { ValidationSpec } from '../../src/records.js';
import { documentHash, evaluationBudget, heldOutDocuments } from '../../src/validation/index.js';
import { documentsOf, names } from './tables.js';

const holdout = (of: string, share: number): ValidationSpec => ({ kind: 'holdout', of, share, weight: 1 });
const own: ValidationSpec = { kind: 'source', source: { paths: [], text: 'text' }, weight: 1 };

describe('document hashes', () => {
  test('are uniform and independent between keys', () => {
    const ids = documentsOf(names('d', 4000)).table.id;
    const [a, b] = ['one', 'two'].map((key) => ids.map((id) => documentHash(key, id)));
    const counts = Array(16).fill(0);
    for (let i = 0; i < ids.length; i++) counts[4 * Math.floor(4 * a![i]!) + Math.floor(4 * b![i]!)]++;
    const chiSquare = counts.reduce((sum, n) => sum + (n - 250) ** 2 / 250, 0);
    // 0.999 quantile of the chi-square distribution with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(37.7);
  });

  test('differ between copies of a document', () => {
    expect(documentHash('key', 'id', 0)).not.toBe(documentHash('key', 'id', 1));
  });
});

describe('a held-out share', () => {
  const web = documentsOf([...names('w', 2000), ...names('w', 100)]).table;
  const code = documentsOf([...names('c', 1000), ...names('w', 500)]).table;
  const result = heldOutDocuments({ web: holdout('web', 0.1) }, { web, code }, {});

  test('takes about that share of the documents, each content once', () => {
    const ids = Array.from(result.domains.web!, (row) => web.id[row]!);
    expect(new Set(ids).size).toBe(ids.length);
    // 2,000 contents at 10 %: 200 with a standard deviation of 13.
    expect(ids.length).toBeGreaterThan(150);
    expect(ids.length).toBeLessThan(250);
  });

  test('takes exact copies with it in every source, with reasons that are counted', () => {
    const dropped = (ids: readonly string[]) => ids.filter((id) => result.excluded.has(id)).length;
    expect(result.dropped.web).toEqual({ 'held out': dropped(web.id) });
    expect(dropped(web.id)).toBeGreaterThan(result.domains.web!.length);
    expect(result.dropped.code).toEqual({ 'copy of a validation document': dropped(code.id) });
    expect(dropped(code.id)).toBeGreaterThan(0);
    const wrong = code.id.slice(0, 1000).filter((id) => result.excluded.has(id));
    expect(wrong).toEqual([]);
  });

  test('does not depend on the other documents, and a larger one contains it', () => {
    const fewer = documentsOf(names('w', 1000)).table;
    const small = heldOutDocuments({ web: holdout('web', 0.1) }, { web: fewer }, {}).excluded;
    const large = heldOutDocuments({ web: holdout('web', 0.2) }, { web: fewer }, {}).excluded;
    expect([...small].every((id) => result.excluded.has(id) && large.has(id))).toBe(true);
    expect([...result.excluded].filter((id) => fewer.id.includes(id)).sort()).toEqual([...small].sort());
    expect(large.size).toBeGreaterThan(small.size);
  });

  test('that holds no document names the share that would give some', () => {
    const tiny = documentsOf(names('t', 20)).table;
    const attempt = () => heldOutDocuments({ t: holdout('tiny', 1e-6) }, { tiny }, {});
    expect(attempt).toThrow(/domain "t" is empty: 0.0001 % of the 20 documents of "tiny" is none/);
    try {
      attempt();
    } catch (error) {
      expect((error as AssayError).exitCode).toBe(ExitCode.data);
      const percent = Number(/holdout: ([\d.]+) %/.exec((error as AssayError).message)![1]);
      expect(percent).toBeLessThan(40);
      const rows = heldOutDocuments({ t: holdout('tiny', percent / 100) }, { tiny }, {}).domains.t!;
      expect(rows.length).toBeGreaterThan(0);
    }
  });
});

test('documents of a validation source are kept from training wherever they occur', () => {
  const web = documentsOf(names('w', 50)).table;
  const wiki = documentsOf(['w3', 'w7', 'w7', 'only here']).table;
  const result = heldOutDocuments({ wiki: own }, { web }, { wiki });
  expect(result.domains.wiki).toHaveLength(3);
  expect(result.dropped.web).toEqual({ 'copy of a validation document': 2 });
  expect(result.excluded).toEqual(new Set(wiki.id));
});

test('a validation source without text is an error', () => {
  const empty = documentsOf([]).table;
  expect(() => heldOutDocuments({ wiki: own }, {}, { wiki: empty })).toThrow(
    'validate: domain "wiki" has no document with text',
  );
  expect(() => heldOutDocuments({ wiki: holdout('web', 0.5) }, { web: empty }, {})).toThrow(
    'source "web", which domain "wiki" holds out from, has no document with text',
  );
});

test('the default budget keeps all validations of a run under 15 % of its cost', () => {
  for (const trainTokens of [1e5, 1.2e6, 2.5e9]) {
    const [evaluations, domains] = [21, 6];
    const budget = evaluationBudget({ trainTokens, evaluations, domains });
    expect((budget * evaluations * domains) / 3 / trainTokens).toBeLessThan(0.15);
    expect((budget * evaluations * domains) / 3 / trainTokens).toBeGreaterThan(0.1);
  }
});
