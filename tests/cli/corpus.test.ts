/** `assay corpus`: data looked at as a user would, on real mail. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { assay, folderWith } from './assay.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));
const texts = readFileSync(mail, 'utf8')
  .split('\n')
  .filter(Boolean)
  .slice(0, 300)
  .map((line) => (JSON.parse(line) as { text: string }).text);
const rows = texts.map((text, i) => JSON.stringify({ text, list: i % 3 === 0 ? 'a' : 'b', score: i / 2 }));
const study = `
study: mail
tokenizer: bytes
sources:
  mail: { path: mail.jsonl, columns: [list, score] }
  high: { path: mail.jsonl, columns: [score], where: score >= 100 }
recipes: { mail: { mail: 1 }, strict: { mail: { weight: 1, where: "list = 'a' AND stop_words >= 2" } } }
validate: { mail: { holdout: 10 %, of: mail } }
proxy: { model: { layers: 1, width: 32, heads: 2 }, learningRate: 1e-3, tokens: 20k, batch: 4, context: 32, seeds: 2 }
run: { workers: 1 }
`;
const folder = folderWith({
  'mail.jsonl': [...rows, '{oops'].join('\n'),
  'study.yaml': study,
});

describe('assay corpus inspect', () => {
  test('describes every signal of every source of a study, with the columns of its own', () => {
    const { exitCode, stdout } = assay(folder, 'corpus', 'inspect', 'study.yaml', '--json', '--quiet');
    expect(exitCode).toBe(0);
    const { sources } = JSON.parse(stdout);
    const [all, high] = sources;
    expect(all).toMatchObject({ source: 'mail', documents: 300, malformed: { 'not JSON': 1 }, filtered: {} });
    // Scores are 0, 0.5, … 149.5: 99 of 300 are at least 100.
    expect(high).toMatchObject({ documents: 100, filtered: { 'where is false': 200 } });
    const signal = (name: string) => all.signals.find((each: { name: string }) => each.name === name);
    const bytes = texts.map((text) => Buffer.byteLength(text)).sort((a, b) => a - b);
    expect(signal('bytes').quantiles[0]).toBe(bytes[0]);
    expect(signal('bytes').quantiles[6]).toBe(bytes[299]);
    expect(signal('bytes').quantiles[3]).toBeCloseTo((bytes[149]! + bytes[150]!) / 2, 6);
    expect(signal('score').mean).toBeCloseTo(74.75, 6);
    expect(signal('list').values).toEqual([
      { value: 'b', documents: 200 },
      { value: 'a', documents: 100 },
    ]);
    const { counts } = signal('words').histogram;
    expect(counts.reduce((sum: number, n: number) => sum + n, 0)).toBe(300);
  });

  test('prints a line for each signal, and writes a page without scripts', () => {
    const { exitCode, stdout } = assay(
      folder,
      'corpus',
      'inspect',
      'mail.jsonl',
      '--html',
      'page.html',
      '--quiet',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^files: 300 documents/);
    expect(stdout).toMatch(/ {2}dup_5gram_chars +0 /);
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page).toContain('dup_5gram_chars');
    expect(page).not.toContain('<script');
  });
});

describe('assay corpus signals', () => {
  test('prints a JSON line for each document, and counts rows that are none', () => {
    const { exitCode, stdout, stderr } = assay(folder, 'corpus', 'signals', 'mail.jsonl', '--json');
    expect(exitCode).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(300);
    expect(lines[7]).toMatchObject({ origin: 'mail.jsonl:8', bytes: Buffer.byteLength(texts[7]!) });
    expect(lines[7].dup_line_fraction).toBeGreaterThanOrEqual(0);
    expect(stderr).toContain('1 rows could not be read');
  });
});

describe('assay corpus sample', () => {
  test('prints documents that meet a condition, with their texts and signals', () => {
    const args = ['corpus', 'sample', 'study.yaml', '--source', 'mail', '--count', '4', '--json', '--quiet'];
    const where = "list = 'a' AND score > 50";
    const { exitCode, stdout } = assay(folder, ...args, '--where', where);
    expect(exitCode).toBe(0);
    const documents = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toHaveLength(4);
    for (const { origin, text, signals } of documents) {
      expect(texts[Number(origin.split(':')[1]) - 1]).toBe(text);
      expect(signals.list).toBe('a');
      expect(signals.score).toBeGreaterThan(50);
    }
    const again = assay(folder, ...args, '--where', where);
    expect(again.stdout).toBe(stdout);
    expect(assay(folder, ...args, '--where', where, '--seed', '1').stdout).not.toBe(stdout);
  });

  test('names an unknown signal and the one that was meant', () => {
    const { exitCode, stderr } = assay(
      folder,
      'corpus',
      'sample',
      'study.yaml',
      '--where',
      'wrods > 3',
      '--quiet',
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/wrods.*words/s);
  });

  test('names a source that the study does not have', () => {
    const { exitCode, stderr } = assay(
      folder,
      'corpus',
      'sample',
      'study.yaml',
      '--source',
      'web',
      '--quiet',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('expected mail, high');
  });
});

describe('assay plan --data', () => {
  test('says what each recipe takes and drops, and accounts for every document', () => {
    const { exitCode, stdout } = assay(
      folder,
      'plan',
      'study.yaml',
      '--data',
      '--no-measure',
      '--json',
      '--quiet',
    );
    expect(exitCode).toBe(0);
    const { data } = JSON.parse(stdout);
    for (const { sources } of data.recipes) {
      for (const { documents, dropped } of sources) {
        const sum = dropped.reduce((all: number, drop: { documents: number }) => all + drop.documents, 0);
        expect(documents + sum).toBe(300);
      }
    }
    const strict = data.recipes.find(({ recipe }: { recipe: string }) => recipe === 'strict');
    const reasons = strict.sources[0].dropped.map(({ reason }: { reason: string }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['held out', "list = 'a'", 'stop_words >= 2']));
  });
});
