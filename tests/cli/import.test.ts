/** `assay import` and `assay transfer` as a user runs them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { describe, expect, test } from 'vitest';
import type { TransferAnalysis } from '../../src/records.js';
import { simulateReport } from '../report/simulate.js';
import { assay, folderWith } from './assay.js';

/** Four recipes; the proxy ranks them rightly at 1e-5 and backwards at 1e-2; the target is best at 1e-3. */
const rows = ['data,params,lr,seed,step,task,score'];
['web', 'code', 'books', '<b>&"'].forEach((recipe, r) => {
  for (const rate of [1e-5, 1e-2]) {
    for (const seed of [0, 1, 2]) {
      const loss = rate < 1e-3 ? 4 + 0.1 * r : 4 - 0.1 * r;
      for (const step of [10, 20, 30])
        rows.push(
          `"${recipe.replace('"', '""')}",small,${rate},${seed},${step},wiki,${loss + 0.001 * seed + 1 / step}`,
        );
    }
  }
  for (const [i, rate] of [1e-4, 1e-3, 1e-2].entries()) {
    const loss = 3 + 0.1 * r + [0.2, 0, 0.3][i]!;
    rows.push(
      `"${recipe.replace('"', '""')}",large,${rate},0,50,wiki,${loss}`,
      `"${recipe.replace('"', '""')}",large,${rate},0,50,piqa,${1 - loss / 10}`,
    );
  }
});
const folder = folderWith({
  'runs.csv': `${rows.join('\n')}\n`,
  'bad.csv': `${rows.join('\n')}\nweb,small,1e-5,0,40,wiki,oops\nweb,small,1e-5,0,50,wiki,oops\n`,
  'map.yaml': 'columns: { recipe: data, model: params, metric: task, value: score }\nweights: { piqa: 0 }\n',
  'wrong.yaml': 'colums: {}\n',
});
const imported = assay(folder, 'import', 'runs.csv', '--map', 'map.yaml', '--out', 'imported');
const transfer = (...flags: string[]) =>
  assay(folder, 'transfer', 'imported', '--proxy', 'small', '--target', 'large', ...flags);

describe('assay import', () => {
  test('says what it took for what', () => {
    expect(imported.exitCode).toBe(0);
    expect(imported.stderr).toContain('36 runs, 96 values');
    expect(imported.stderr).toMatch(
      /models +small, large\n.*chosen +learningRate\n.*less is better +wiki\n.*more is better +piqa \(weight 0\)/,
    );
  });

  test('stops at a bad row, or counts bad rows when told to', () => {
    const strict = assay(folder, 'import', 'bad.csv', '--out', 'strict');
    expect(strict.exitCode).toBe(4);
    expect(strict.stderr).toMatch(
      /bad\.csv:97: value is not a number, expected a number, got "oops".*--skip-bad-rows/,
    );
    const lenient = assay(folder, 'import', 'bad.csv', '--out', 'lenient', '--skip-bad-rows', '--json');
    expect(lenient.exitCode).toBe(0);
    expect(JSON.parse(lenient.stdout)).toMatchObject({
      rows: 98,
      badRows: { 'value is not a number': 2 },
      runs: 36,
    });
  });

  test('maps columns by flags', () => {
    const wide = folderWith({ 'wide.csv': 'mix,l_wiki,l_code\n1,3,2\n2,4,3\n' });
    const { stdout } = assay(
      wide,
      ...[
        'import',
        'wide.csv',
        '--out',
        'o',
        '--column',
        'recipe=mix',
        '--constant',
        'model=tiny',
        '--constant',
        'learningRate=4e-4',
      ],
      ...['--metrics', 'l_*', '--weight', 'l_code=0.5', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ runs: 2, recipes: ['1', '2'], models: ['tiny'], hyperparameters: ['learningRate'] },
      metrics: [
        { name: 'l_wiki', better: 'lower', weight: 1 },
        { name: 'l_code', better: 'lower', weight: 0.5 },
      ],
    });
  });

  test('refuses a mapping with an unknown key, and a flag without =', () => {
    const wrong = assay(folder, 'import', 'runs.csv', '--map', 'wrong.yaml', '--out', 'x');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/wrong\.yaml.*colums/);
    expect(assay(folder, 'import', 'runs.csv', '--out', 'x', '--column', 'recipe').exitCode).toBe(2);
  });

  test('reads the report of a study: two studies are a transfer check', () => {
    const report = simulateReport();
    for (const [name, parameters] of [
      ['small', 1000],
      ['large', 9000],
    ] as const)
      writeFileSync(
        join(folder, `${name}.json`),
        JSON.stringify({ ...report, proxy: { ...report.proxy, parameters } }),
      );
    expect(assay(folder, 'import', 'small.json', 'large.json', '--out', 'studies').exitCode).toBe(0);
    const { stdout } = assay(folder, 'transfer', 'studies', '--proxy', '1000', '--target', '9000', '--json');
    const [analysis] = (JSON.parse(stdout) as { transfers: TransferAnalysis[] }).transfers;
    expect(analysis!.tuned.map(({ recipe }) => recipe)).toHaveLength(report.ranking.recipes.length);
    expect(Object.values(analysis!.settings[0]!.transfer)[0]!.spearman.value).toBe(1);
  });
});

describe('assay transfer', () => {
  const { transfers } = JSON.parse(transfer('--json').stdout) as { transfers: [TransferAnalysis] };
  const [analysis] = transfers;

  test('compares every setting of the proxy with the tuned target', () => {
    expect(
      analysis.tuned.map(({ recipe, hyperparameters }) => [recipe, hyperparameters.learningRate]),
    ).toEqual(['web', 'code', 'books', '<b>&"'].map((recipe) => [recipe, 1e-3]));
    const [tiny, standard] = analysis.settings.map(({ transfer: by }) => by.wiki!);
    expect([tiny!.spearman.value, standard!.spearman.value]).toEqual([1, -1]);
    expect(tiny!.spearman.interval!.low).toBeLessThanOrEqual(1);
    expect(standard!.regret.map(({ k, lost }) => [k, Number(lost.value.toFixed(6))])).toEqual([
      [1, 0.3],
      [3, 0.1],
      [5, 0],
    ]);
  });

  test('gives the same numbers again', () => {
    expect(transfer('--json').stdout).toBe(transfer('--json').stdout);
  });

  test('tells people what it found', () => {
    const { stdout, exitCode } = transfer();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^small ranks 4 recipes for the tuned large with a Spearman correlation of 1\.00 .* at 1e-5\./,
    );
    expect(stdout).toMatch(/Worst is −1\.00.*at 1e-2\./);
  });

  test('draws a page that asks the network for nothing, and escapes names', () => {
    expect(transfer('--html', 'page.html').exitCode).toBe(0);
    const html = readFileSync(join(folder, 'page.html'), 'utf8');
    const page = new JSDOM(html).window.document;
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(
      /https?:|url\((?!#)|@import|<script|<b>/,
    );
    // Agreement, regret, heat map, seeds, stability, two sets of curves, each wide and narrow; ranks and losses at two rates.
    expect(page.querySelectorAll('svg')).toHaveLength(7 * 2 + 2 * 2);
    const dots = page.querySelectorAll('#overview-0 ~ * .wide svg [aria-label=dot] circle');
    expect(dots).toHaveLength(2);
    const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names the models that there are when one is unknown', () => {
    const { exitCode, stderr } = assay(
      folder,
      'transfer',
      'imported',
      '--proxy',
      'smal',
      '--target',
      'large',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean "small"?');
    expect(assay(folder, 'transfer', '.', '--proxy', 'a', '--target', 'b').stderr).toContain(
      'no imported runs',
    );
  });
});
