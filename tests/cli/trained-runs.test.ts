/** Mixtures are learnt from the results of a study as they are from tables. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RecipeSpec } from '../../src/records.js';
import { readEvaluations, readRunSpec, trainRun } from '../../src/train/index.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { assay } from './assay.js';

const root = mkdtempSync(join(tmpdir(), 'assay-trained-'));
const shares = [0, 1, 2, 3, 4, 5].map((i) => ({ words: 0.2 + 0.1 * i, sums: 0.8 - 0.1 * i }));

function mixed({ words, sums }: (typeof shares)[number]): RecipeSpec {
  const source = (weight: number) => ({ weight, repeat: 4, where: [] });
  return { kind: 'shares', sources: { words: source(words), sums: source(sums) } };
}

let results: string;
beforeAll(async () => {
  results = join(root, 'study');
  const recipes = Object.fromEntries(shares.map((share, i) => [`mix-${i}`, mixed(share)]));
  const tokens = { budget: 14 * 4 * 32 };
  const folders = await prepareSmallStudy(results, { recipes, proxy: { tokens } });
  for (const folder of folders) await trainRun(folder);
  const losses = folders.map((folder) => {
    const { domains } = readEvaluations(folder).at(-1)!;
    return [readRunSpec(folder).id, domains.words!.lossNats, domains.sums!.lossNats].join(',');
  });
  // 56 windows a run: the shares are rounded to whole ones; sources stand in the order of their names.
  const mixtures = folders.map((folder, i) => {
    const words = Math.round(56 * shares[i]!.words);
    return [readRunSpec(folder).id, (56 - words) / 56, words / 56].join(',');
  });
  writeFileSync(join(root, 'losses.csv'), `${['run,words,sums', ...losses].join('\n')}\n`);
  writeFileSync(join(root, 'mixtures.csv'), `${['run,sums,words', ...mixtures].join('\n')}\n`);
}, 120_000);

const tables = ['--mixtures', 'mixtures.csv', '--losses', 'losses.csv'];
const json = (...args: string[]) => {
  const { exitCode, stdout, stderr } = assay(root, ...args, '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return JSON.parse(stdout);
};

describe('the results of a study', () => {
  test('are judged by assay fit as the tables of the same runs are', () => {
    const flags = ['fit', '--regressor', 'linear', '--quiet'];
    const fromResults = json(...flags, '--results', 'study');
    expect(fromResults.metrics.map(({ name }: { name: string }) => name)).toEqual(['words', 'sums']);
    expect(fromResults).toEqual(json(...flags, ...tables));
  });

  test('lead assay propose to the mixture that the tables of the same runs lead to', () => {
    const flags = ['propose', '--regressor', 'linear', '--objective', 'words=1', 'sums=2', '--draws', '500'];
    const { mixture } = json(...flags, '--results', 'study');
    expect(mixture.sums).toBeGreaterThan(0.5);
    const other = json(...flags, ...tables).mixture;
    expect(other.sums).toBeCloseTo(mixture.sums, 12);
  });

  test('are told apart by learning rate, and without runs at the rate there is nothing to fit', () => {
    const flags = ['fit', '--regressor', 'linear', '--quiet', '--results', 'study', '--learning-rate'];
    expect(json(...flags, '0.003').metrics).toHaveLength(2);
    const { exitCode, stderr } = assay(root, ...flags, '0.1');
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('nothing to learn from');
  });

  test('do not go with tables in one command', () => {
    const { exitCode, stderr } = assay(root, 'fit', ...tables, '--results', 'study');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('runs: come from two files or from one folder');
  });
});
