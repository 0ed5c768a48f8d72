/** `assay fit --report` and `assay propose --report` as a user runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assay, folderWith } from '../cli/assay.js';

const rows = Array.from({ length: 30 }, (_, i) => {
  const [web, code] = [(i % 6) / 6, (Math.floor(i / 6) / 5) * (1 - (i % 6) / 6)];
  return { index: i + 1, shares: [web, code, 1 - web - code], noise: 0.01 * Math.sin(7 * i) };
});
const mixtures = rows.map(({ index, shares }) => `${index},${shares}`).join('\n');
const losses = rows.map(
  ({ index, shares: [web, code], noise }) =>
    `${index},${3 - web! + noise},${2 + Math.exp(-3 * code!) + noise}`,
);
const folder = folderWith({
  'mixtures.csv': `index,web,code,books\n${mixtures}\n`,
  'losses.csv': `index,web_loss,code_loss\n${losses.join('\n')}\n`,
  'doremi.json': '{ "mixture": { "web": 0.4, "code": 0.6 } }',
  'schedule.json':
    '{ "phases": [{ "share": 0.8, "mixture": { "web": 1 } }, { "share": 0.2, "mixture": { "code": 0.5, "books": 0.5 } }] }',
  'other.json': '{ "mixture": { "wiki": 1 } }',
});
const files = ['--mixtures', 'mixtures.csv', '--losses', 'losses.csv', '--regressor', 'linear'];
const run = (...args: string[]) => assay(folder, ...args);
const reportIn = (name: string) => JSON.parse(readFileSync(join(folder, name, 'report.json'), 'utf8'));

test('assay fit --report writes a page and figures of every loss, judged on the test set', () => {
  const tested = ['--test-mixtures', 'mixtures.csv', '--test-losses', 'losses.csv'];
  const { exitCode, stderr } = run('fit', ...files, ...tested, '--report', 'fit');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stderr).toMatch(/Report: .*report\.html, with 3 figures as SVG beside it/);
  expect(readdirSync(join(folder, 'fit')).sort()).toEqual(
    ['dependence.svg', 'importance.svg', 'predicted.svg', 'report.html', 'report.json'].sort(),
  );
  const { fits, proposal, testRuns } = reportIn('fit');
  expect(fits.map(({ name }: { name: string }) => name)).toEqual(['web_loss', 'code_loss']);
  expect([proposal, testRuns]).toEqual([undefined, 30]);
});

test('assay propose --report shows the proposal beside the mixtures and schedules that are named', () => {
  const others = ['--compare', 'DoReMi=doremi.json', '--compare', 'RegMix-D=schedule.json'];
  const { exitCode, stdout, stderr } = run(
    ...['propose', ...files, '--objective', 'code', '--pareto', 'web', '--draws', '500', '--json'],
    ...['--report', 'proposed', ...others],
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const { compared, front, weights } = reportIn('proposed').proposal;
  expect(compared.map(({ name }: { name: string }) => name)).toEqual([
    ...['prior', 'exact', 'RegMix', 'DoReMi', 'RegMix-D'],
  ]);
  const printed = JSON.parse(stdout);
  expect(compared[1].mixture).toEqual(Object.values(printed.mixture));
  expect(compared[1].gain).toEqual(printed.gain);
  expect(compared[4].stages).toHaveLength(2);
  expect(front.points).toHaveLength(printed.pareto.length);
  expect(front.compared.map(({ name }: { name: string }) => name)).not.toContain('RegMix-D');
  expect(weights).toEqual({ code_loss: 1 });
  expect(readFileSync(join(folder, 'proposed/schedule.svg'), 'utf8')).toContain('Schedule: RegMix-D');
});

test.each<[string[], number, string]>([
  [['--compare', 'doremi.json'], 2, 'Expected name=file, such as DoReMi=doremi/proposal.json.'],
  [['--compare', 'wiki=other.json'], 4, 'mixture "wiki": no domain "wiki" in the runs'],
  [['--test-losses', 'losses.csv'], 2, 'test set: is two files'],
])('assay propose --report with %j says what is wrong', (flags, exitCode, message) => {
  const outcome = run(
    ...['propose', ...files, '--objective', 'code', '--draws', '200', '--report', 'wrong'],
    ...flags,
  );
  expect(outcome.stderr).toContain(message);
  expect(outcome.exitCode).toBe(exitCode);
});
