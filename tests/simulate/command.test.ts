/** `assay simulate random-features` as a user runs it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assay, folderWith } from '../cli/assay.js';

describe('assay simulate random-features', () => {
  test('prints the result as JSON and writes the same beside a picture and a page', () => {
    const folder = folderWith({});
    const flags = ['--draws', '1', '--seed', '3', '--json', '--output', 'out'];
    const { exitCode, stdout } = assay(folder, 'simulate', 'random-features', ...flags);
    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.settings).toMatchObject({ seed: 3, draws: 1 });
    expect(result.pairs.length).toBeGreaterThanOrEqual(100);
    expect(readFileSync(join(folder, 'out/random-features.json'), 'utf8')).toBe(stdout);
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([
      'random-features.html',
      'random-features.json',
      'random-features.svg',
    ]);
  });

  test('answers a wrong seed or number of draws as a usage error', () => {
    for (const flags of [
      ['--seed', '-1'],
      ['--draws', '0'],
    ]) {
      const { exitCode, stderr } = assay(folderWith({}), 'simulate', 'random-features', ...flags);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/Expected (a whole number|an integer)/);
    }
  });
});
