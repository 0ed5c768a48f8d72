/** `assay init` looks at the data, and what it writes runs. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseStudy } from '../../src/load-study.js';
import { assay, folderWith } from './assay.js';

const rows = (field: string, word: string) =>
  Array.from({ length: 200 }, (_, i) =>
    JSON.stringify({ id: i, [field]: `A ${word} is a ${word}, number ${i}. `.repeat(30) }),
  );

const data = {
  'data/web.jsonl': rows('text', 'page').join('\n'),
  'data/mail.jsonl.gz': gzipSync(rows('body', 'letter').join('\n')),
  'data/My Code/a.ts': 'export const a = 1;\n'.repeat(400),
  'data/My Code/b.ts': 'export const b = 2;\n'.repeat(400),
  'data/.hidden/x.txt': 'not this one',
};

describe('assay init', () => {
  test('finds JSON Lines with their text field, and folders of code', () => {
    const folder = folderWith(data);
    const { exitCode, stdout } = assay(folder, 'init', 'data', '--json');
    expect(exitCode).toBe(0);
    const { sources } = JSON.parse(stdout) as { sources: Record<string, unknown>[] };
    expect(sources).toMatchObject([
      { name: 'my-code', path: 'data/My Code', files: 2 },
      { name: 'mail', path: 'data/mail.jsonl.gz', text: 'body' },
      { name: 'web', path: 'data/web.jsonl', text: 'text' },
    ]);
  });

  test('writes a study that is valid, explained, and leaves each source out once', async () => {
    const folder = folderWith(data);
    assay(folder, 'init', 'data');
    const text = readFileSync(join(folder, 'study.yaml'), 'utf8');
    const study = await parseStudy(text, join(folder, 'study.yaml'));
    expect(Object.keys(study.recipes)).toEqual(['natural', 'no-my-code', 'no-mail', 'no-web']);
    expect(text.split('\n').filter((line) => line.includes('#')).length).toBeGreaterThan(10);
    expect(assay(folder, 'plan', 'study.yaml', '--no-measure').stdout).toMatch(
      /4 recipes × 2 seeds = 8 runs/,
    );
  });

  test('writes a valid study whatever the folders are called', async () => {
    const names = [
      '2024',
      'true',
      '_x',
      '日本 [1]',
      'Café',
      'without',
      'a-2',
      'a',
      'A',
      `${'long'.repeat(30)}`,
    ];
    const files = Object.fromEntries(names.map((name) => [`1e3/${name}/x.txt`, 'some words '.repeat(500)]));
    const folder = folderWith(files);
    expect(assay(folder, 'init', '1e3')).toMatchObject({ exitCode: 0 });
    const study = await parseStudy(
      readFileSync(join(folder, 'study.yaml'), 'utf8'),
      join(folder, 'study.yaml'),
    );
    expect(study.name).toBe('1e3');
    expect(Object.keys(study.sources).sort()).toEqual(
      ['2024', '1', 'a', 'a-2', 'a-2-2', 'cafe', 'long'.repeat(15), 'true', 'without-2', 'x'].sort(),
    );
  });

  test('asks for no more tokens than are left without the largest source', async () => {
    const big = rows('text', 'page').join('\n').repeat(10);
    const folder = folderWith({ 'data/big.jsonl': big, 'data/small.jsonl': rows('text', 'note').join('\n') });
    assay(folder, 'init', 'data');
    const study = await parseStudy(
      readFileSync(join(folder, 'study.yaml'), 'utf8'),
      join(folder, 'study.yaml'),
    );
    const { budget } = study.proxy.tokens as { budget: number };
    const small = statSync(join(folder, 'data/small.jsonl')).size;
    expect(budget).toBeGreaterThan(small / 16);
    expect(budget).toBeLessThan(small / 6);
  });

  test('does not replace a study unless it is told to', () => {
    const folder = folderWith({ ...data, 'study.yaml': 'mine' });
    const { exitCode, stderr } = assay(folder, 'init', 'data');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/already exists.*--force/);
    expect(readFileSync(join(folder, 'study.yaml'), 'utf8')).toBe('mine');
    expect(assay(folder, 'init', 'data', '--force').exitCode).toBe(0);
  });

  test('says what it needs when a folder offers nothing, or no field holds text', () => {
    expect(assay(folderWith({ 'data/.x': '' }), 'init', 'data')).toMatchObject({ exitCode: 4 });
    const odd = assay(folderWith({ 'data/a.jsonl': rows('prose', 'word').join('\n') }), 'init', 'data');
    expect(odd.exitCode).toBe(4);
    expect(odd.stderr).toMatch(/no text field found.*content/);
  });
});
