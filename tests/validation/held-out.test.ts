import { describe, expect, test } from 'vitest';
import { type AssayError, ExitCode } from '../../src/errors.js';
import type { ValidationSpec } from '../../src/records.js';
import {
  countExclusions,
  documentHash,
  evaluationBudget,
  exclusionReasons,
  heldOutDocuments,
} from '../../src/validation/index.js';
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
    const chosen = new Set(Array.from(result.domains.web!, (row) => web.id[row]!));
    const copies = (ids: readonly string[]) => ids.filter((id) => chosen.has(id)).length;
    expect(countExclusions(result.exclusions.web!)).toEqual({ 'held out': copies(web.id) });
    expect(copies(web.id)).toBeGreaterThan(chosen.size);
    expect(countExclusions(result.exclusions.code!)).toEqual({
      'copy of a validation document': copies(code.id),
    });
    expect(copies(code.id)).toBeGreaterThan(0);
    expect(result.exclusions.code!.slice(0, 1000).every((code) => code === 0)).toBe(true);
  });

  test('does not depend on the other documents, and a larger one contains it', () => {
    const fewer = documentsOf(names('w', 1000)).table;
    const heldOf = (table: typeof web, share: number) => {
      const { domains } = heldOutDocuments({ web: holdout('web', share) }, { web: table }, {});
      return Array.from(domains.web!, (row) => table.id[row]!);
    };
    const [small, large, all] = [heldOf(fewer, 0.1), heldOf(fewer, 0.2), heldOf(web, 0.1)];
    expect(small.every((id) => all.includes(id) && large.includes(id))).toBe(true);
    expect(all.filter((id) => fewer.id.includes(id)).sort()).toEqual([...small].sort());
    expect(large.length).toBeGreaterThan(small.length);
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

describe('whole clusters of near duplicates', () => {
  // Documents come in clusters of three, which lie in both sources.
  const clustered = (prefix: string) => {
    const { table } = documentsOf(names(prefix, 600));
    return { ...table, cluster: table.id.map((_, i) => `cluster ${i % 200}`) };
  };
  const web = clustered('w');
  const code = clustered('c');
  const { domains, exclusions } = heldOutDocuments({ web: holdout('web', 0.2) }, { web, code }, {});

  test('are held out or trained on as one, and judged by one document each', () => {
    const chosen = Array.from(domains.web!, (row) => web.cluster[row]!);
    expect(chosen.length).toBeGreaterThan(20);
    expect(new Set(chosen).size).toBe(chosen.length);
    for (const [table, codes] of [
      [web, exclusions.web!],
      [code, exclusions.code!],
    ] as const)
      for (const [row, cluster] of table.cluster.entries())
        expect(codes[row]! > 0).toBe(chosen.includes(cluster));
  });

  test('are counted apart from the held-out documents themselves', () => {
    const chosen = domains.web!.length;
    expect(countExclusions(exclusions.web!)).toEqual({
      'held out': chosen,
      'near duplicate of a validation document': 2 * chosen,
    });
    expect(countExclusions(exclusions.code!)).toEqual({
      'near duplicate of a validation document': 3 * chosen,
    });
  });
});

test('documents of a validation source are kept from training wherever they occur', () => {
  const web = documentsOf(names('w', 50)).table;
  const wiki = documentsOf(['w3', 'w7', 'w7', 'only here']).table;
  const result = heldOutDocuments({ wiki: own }, { web }, { wiki });
  expect(result.domains.wiki).toHaveLength(3);
  expect(countExclusions(result.exclusions.web!)).toEqual({ 'copy of a validation document': 2 });
});

test('a document with a larger share of contaminated words than allowed is kept from training', () => {
  const web = documentsOf(names('w', 5)).table;
  const shares = { web: Float64Array.of(0, 0.2, 0.21, Number.NaN, 1) };
  const own = { wiki: documentsOf(['w4']).table };
  const spec: ValidationSpec = { kind: 'source', source: { paths: [], text: 'text' }, weight: 1 };
  const { exclusions } = heldOutDocuments({ wiki: spec }, { web }, own, { shares, maximum: 0.2 });
  const reasons = Array.from(exclusions.web!, (code) => exclusionReasons[code - 1] ?? 'trained on');
  expect(reasons).toEqual([
    'trained on',
    'trained on',
    'contaminated',
    'trained on',
    'copy of a validation document',
  ]);
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
