/** `assay fit` as a user runs it: what it prints, and what it says of tables that cannot be fitted. */
import { expect, test } from 'vitest';
import { assay, folderWith } from './assay.js';

const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0.05, 0.15, 0.25, 0.35];
const table = (header: string, row: (share: number, at: number) => number[], from = shares) =>
  [header, ...from.map((share, at) => [at + 1, ...row(share, at)].join(','))].join('\n');
const mixtures = table('index,web,code', (share) => [share, 1 - share]);
const losses = table('index,web_loss,code_loss', (share) => [4 - share, 3 + share * share]);
/** Another size of model: lower losses, only one of them, its rows in another order. */
const largerLosses = `index,code_loss\n${shares
  .map((share, at) => `${at + 1},${2 + 0.7 * share * share}`)
  .reverse()
  .join('\n')}\n`;
const folder = folderWith({ 'mixtures.csv': mixtures, 'losses.csv': losses, 'larger.csv': largerLosses });
const run = (...flags: string[]) =>
  assay(folder, 'fit', '--mixtures', 'mixtures.csv', '--losses', 'losses.csv', '--quiet', ...flags);

test('prints the judgement of every loss as JSON, null where the test set has no such loss', () => {
  const { exitCode, stdout } = run(
    ...['--test-mixtures', 'mixtures.csv', '--test-losses', 'larger.csv'],
    ...['--regressor', 'linear', '--json'],
  );
  expect(exitCode).toBe(0);
  const { regressor, metrics } = JSON.parse(stdout);
  expect(regressor).toBe('linear');
  expect(Object.keys(JSON.parse(stdout))).toEqual(['regressor', 'metrics']);
  expect(metrics[0]).toEqual({
    name: 'web_loss',
    cvSpearman: expect.closeTo(1, 9),
    cvRmse: expect.closeTo(0, 6),
    testSpearman: null,
    testRmse: null,
  });
  // A straight line ranks a parabola over [0, 1] perfectly, and misses the losses of another size by a nat and more.
  expect(metrics[1]).toMatchObject({ name: 'code_loss', testSpearman: expect.closeTo(1, 9) });
  expect(metrics[1].testRmse).toBeGreaterThan(1);
});

test('auto is what is fitted without a choice, and for people it is a table', () => {
  const { exitCode, stdout } = run();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^loss +CV Spearman +CV RMSE\nweb_loss +1\.0000 +\d\.\d{4}\ncode_loss +1\.0000/);
});

test.each([
  ['half a test set', ['--test-losses', 'larger.csv'], 2, /test set: is two files.*--test-losses alone/],
  [
    'an unknown regressor',
    ['--regressor', 'oracle'],
    2,
    /Allowed choices are auto, gp, gbdt, loglinear, linear/,
  ],
  ['a missing file', ['--losses', 'none.csv'], 4, /none\.csv: no such file/],
  [
    'a test set of other losses',
    ['--test-mixtures', 'mixtures.csv', '--test-losses', 'mixtures.csv'],
    4,
    /test losses: none of their columns was fitted, expected one of web_loss, code_loss, got web, code/,
  ],
])('refuses %s', (_, flags, expected, message) => {
  const { exitCode, stderr } = run(...flags);
  expect(exitCode).toBe(expected);
  expect(stderr).toMatch(message);
});

test.each([
  [
    'not a number',
    mixtures.replace('0.1,0.9', '0.1,lots'),
    /mixtures\.csv:3: column "code" is not a finite number/,
  ],
  [
    'shares that add up to 2',
    mixtures.replace('0.1,0.9', '1.1,0.9'),
    /index "2": its shares do not add up to 1/,
  ],
  ['runs without losses', `${mixtures}\n99,0.5,0.5`, /losses\.csv: no row for 1 of the runs/],
])('says where a table has %s', (_, broken, message) => {
  const { exitCode, stderr } = assay(
    folderWith({ 'mixtures.csv': broken, 'losses.csv': losses }),
    ...['fit', '--mixtures', 'mixtures.csv', '--losses', 'losses.csv', '--regressor', 'linear'],
  );
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(message);
});
