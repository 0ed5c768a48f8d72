/** `assay lm`: models trained, scored and converted as a user would. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { arpaGrams, fixture, kenlmScores } from '../corpus/language-model/fixtures.js';
import { assay, folderWith } from './assay.js';

const train = fixture('train.txt');
const folder = folderWith({
  'train.txt': train,
  'train.jsonl.gz': gzipSync(`${JSON.stringify({ body: train })}\n`),
  'line.txt': `${fixture('scored.txt').split('\n')[0]}\n`,
  'kenlm.arpa': fixture('whole.arpa.gz'),
  'cut.arpa': fixture('whole.arpa.gz').slice(0, 5000),
});
const trained = (out: string, ...flags: string[]) =>
  assay(folder, 'lm', 'train', '--words', 'raw', '--discount-fallback', '--out', out, ...flags);

describe('assay lm train', () => {
  test('writes ARPA by name, with the n-grams of lmplz', () => {
    expect(trained('ours.arpa', '--text', 'train.txt').exitCode).toBe(0);
    const grams = arpaGrams(readFileSync(join(folder, 'ours.arpa'), 'utf8'));
    expect(new Set(grams.keys())).toEqual(new Set(arpaGrams(fixture('whole.arpa.gz')).keys()));
  });

  test('reads sources of any format, and says what it trained as JSON', () => {
    const { exitCode, stdout } = trained('ours.lm', '--text', 'train.jsonl.gz', '--field', 'body', '--json');
    expect(exitCode).toBe(0);
    const { grams } = JSON.parse(stdout) as { grams: number[] };
    expect(JSON.parse(stdout)).toMatchObject({ sentences: 60, words: 1500 });
    expect(grams.reduce((sum, count) => sum + count)).toBe(arpaGrams(fixture('whole.arpa.gz')).size);
  });

  test('prunes by order', () => {
    const { exitCode, stdout } = trained(
      'small.lm',
      '--text',
      'train.txt',
      '--prune',
      '0',
      '0',
      '1',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ words: 1500 });
    expect(statSync(join(folder, 'small.lm')).size).toBeLessThan(statSync(join(folder, 'ours.lm')).size);
  });

  test('says when the text is too small, and how to train all the same', () => {
    const { exitCode, stderr } = assay(folder, 'lm', 'train', '--text', 'line.txt', '--out', 'x.lm');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('their counts do not allow Kneser-Ney discounts');
    expect(stderr).toContain('--discount-fallback');
  });

  test('refuses an impossible order as a wrong flag', () => {
    expect(trained('x.lm', '--text', 'train.txt', '--order', '40').exitCode).toBe(2);
  });
});

describe('assay lm score', () => {
  test('gives the probabilities of kenlm for its own ARPA file', () => {
    const { exitCode, stdout } = assay(
      folder,
      ...['lm', 'score', 'kenlm.arpa', '--words', 'raw', '--text', 'line.txt', '--json', '--each-word'],
    );
    expect(exitCode).toBe(0);
    const ours = JSON.parse(stdout) as { perplexity: number; scores: { log10: number; order: number }[] };
    const theirs = kenlmScores.whole![0]!;
    expect(Math.abs(ours.perplexity / theirs.perplexity - 1)).toBeLessThan(1e-4);
    expect(ours.scores.map(({ order }) => order)).toEqual(theirs.words.map(([, order]) => order));
    for (const [i, [log10]] of theirs.words.entries()) expect(ours.scores[i]!.log10).toBeCloseTo(log10, 4);
  });

  test('prints one line for people', () => {
    const { stdout } = assay(folder, 'lm', 'score', 'kenlm.arpa', '--words', 'raw', '--text', 'line.txt');
    expect(stdout).toMatch(/^perplexity \d+\.\d\d over 25 words \(\d+ unknown\) in 1 line\n$/);
  });

  test('names the line where an ARPA file is broken', () => {
    const { exitCode, stderr } = assay(folder, 'lm', 'score', 'cut.arpa', '--text', 'line.txt');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/cut\.arpa:\d+: /);
  });
});

test('assay lm convert goes from ARPA to the format of assay and back without loss', () => {
  const convert = (from: string, to: string) => assay(folder, 'lm', 'convert', from, to, '--words', 'raw');
  expect(convert('kenlm.arpa', 'there.lm').exitCode).toBe(0);
  expect(convert('there.lm', 'back.arpa').exitCode).toBe(0);
  expect(convert('back.arpa', 'again.lm').exitCode).toBe(0);
  const score = (model: string) =>
    assay(folder, 'lm', 'score', model, '--words', 'raw', '--text', 'line.txt', '--json').stdout;
  expect(score('there.lm')).toBe(score('kenlm.arpa'));
  expect(score('again.lm')).toBe(score('kenlm.arpa'));
});
