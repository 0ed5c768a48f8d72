/** The report says when a ranking is one of word frequencies, and why a tiny rate is what it is. */
import { expect, test } from 'vitest';
import type { Report } from '../../../src/records.js';
import { method, warnings } from '../../../src/report/notes.js';
import { toPlain } from '../../../src/report/prose.js';
import { simulateReport } from '../simulate.js';

const report = simulateReport();

/** The report with a unigram entropy that lies so far above the best recipe's loss on each domain. */
const above = (distance: (domain: string) => number): Report => {
  const best = report.ranking.recipes[0]!.recipe;
  const lossOf = (domain: string) =>
    report.ranking.domains[domain]!.recipes.find(({ recipe }) => recipe === best)!.lossNats;
  return {
    ...report,
    validation: report.validation.map((entry) => ({
      ...entry,
      unigramNats: lossOf(entry.domain) + distance(entry.domain),
    })),
  };
};
const told = (of: Report): string =>
  warnings(of)
    .map(toPlain)
    .filter((text) => text.includes('word frequencies'))
    .join();

test('nothing is said of models that have learned more than word frequencies', () => {
  expect(told(report)).toBe('');
  expect(told(above(() => 0.5))).toBe('');
});

test('a ranking of models that have not is called one of word frequencies', () => {
  expect(told(above(() => -0.01))).toMatch(/^This ranking is one of word frequencies: .* nats per token/);
});

test('single domains that were not learned are named', () => {
  const [first] = report.validation;
  const text = told(above((domain) => (domain === first!.domain ? -0.01 : 1)));
  expect(text).toContain(first!.domain);
  expect(text).toContain('the order there says little else');
});

test('a chosen rate comes with its reasons', () => {
  const choice = { learningRate: 1e-3, reach: 0.244, tuned: 1e-2, reasons: ['A tenth of 1e-2.'] };
  const text = method({ ...report, proxy: { ...report.proxy, choice } })
    .map(toPlain)
    .join('\n');
  expect(text).toContain('A tenth of 1e-2.');
  expect(text).toContain('add up to 0.244');
});
