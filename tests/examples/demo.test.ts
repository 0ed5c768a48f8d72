/**
 * The demo tells the truth about real data: whoever leaves a domain out predicts that domain worst.
 *
 * The reduced study runs here as a user would run it, and everything is read from the report that it writes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { block, walk } from '../../scripts/walkthrough.js';
import type { Report } from '../../src/records.js';
import { assay, folderWith } from '../cli/assay.js';

const demo = fileURLToPath(new URL('../../examples/demo', import.meta.url));
const domains = ['speeches', 'ham', 'spam', 'dictionary', 'licences', 'code'];

describe('the reduced demo', () => {
  let report: Report;
  let output: string;

  beforeAll(() => {
    output = folderWith({});
    const { exitCode, stderr } = assay(demo, 'run', 'smoke.yaml', '--quiet', '--output', output);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    report = JSON.parse(readFileSync(join(output, 'report', 'report.json'), 'utf8'));
  }, 600_000);

  test('ranks every recipe with all its seeds', () => {
    expect(report.ranking.failed).toEqual([]);
    expect(report.ranking.recipes.map(({ recipe }) => recipe)).toEqual(
      expect.arrayContaining(['natural', ...domains.map((domain) => `no-${domain}`)]),
    );
  });

  test.each(domains)(
    'without %s, the loss on it is the worst, and the interval excludes the runner-up',
    (domain) => {
      const candidates = ['natural', ...domains.map((name) => `no-${name}`)];
      const ranking = report.ranking.domains[domain]!;
      const ranked = ranking.recipes.filter(({ recipe }) => candidates.includes(recipe));
      const [runnerUp, worst] = ranked.slice(-2);
      expect(worst?.recipe).toBe(`no-${domain}`);
      const pair = ranking.pairs.find(
        ({ better, worse }) => better === runnerUp?.recipe && worse === worst?.recipe,
      );
      expect(pair?.interval.low).toBeGreaterThan(0);
    },
  );

  test('realises the shares that were asked for to within one window', () => {
    const windows = report.proxy.steps * report.proxy.batch;
    for (const { share, realisedShare } of report.shares) {
      expect(Math.abs(share - realisedShare)).toBeLessThanOrEqual(1 / windows);
    }
  });

  test('the page needs nothing from outside', () => {
    const html = readFileSync(join(output, 'report', 'report.html'), 'utf8');
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).toContain('no-dictionary');
  });

  test('a second call trains nothing and says the same', () => {
    const { exitCode, stdout } = assay(demo, 'report', 'smoke.yaml', '--quiet', '--json', '--output', output);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).ranking).toEqual(report.ranking);
  });

  test('docs/walkthrough.md tells what the stages did with its document', async () => {
    const text = readFileSync(join(demo, '../../docs/walkthrough.md'), 'utf8');
    const facts = await walk(join(demo, 'smoke.yaml'), output);
    expect(Object.keys(facts)).toHaveLength(8);
    for (const stage of Object.values(facts)) expect(text).toContain(block(stage));
  });
});
