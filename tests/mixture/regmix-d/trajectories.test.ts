/** Trajectories from files and from a study's runs, and what regressors are given of them. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boundariesOf, endsOf, readTrajectories, trajectoriesOfRuns } from '../../../src/mixture/index.js';
import { lossesAt, mixtureOver } from '../../../src/mixture/regmix-d/index.js';
import { stageRows } from '../../../src/mixture/regmix-d/stages.js';
import type { RunResult } from '../../../src/records.js';
import { folderWith } from '../../cli/assay.js';

const losses = `run,step,domain,loss
a,0,wiki,9
a,0,sums,8
a,50,wiki,5
a,50,sums,6
a,100,wiki,4
a,100,sums,5
b,0,wiki,9.5
b,0,sums,8.5
b,200,wiki,3
b,200,sums,4.5
`;

async function read(mixtures: string, table = losses) {
  const folder = folderWith({ 'mixtures.csv': mixtures, 'losses.csv': table });
  return readTrajectories(join(folder, 'mixtures.csv'), join(folder, 'losses.csv'));
}

describe('tables of trajectories', () => {
  test('give each run its progress, its losses and the mixture that it kept', async () => {
    const { domains, metrics, runs } = await read('index,web,code\na,0.25,0.75\nb,1,0\n');
    expect({ domains, metrics }).toEqual({ domains: ['web', 'code'], metrics: ['wiki', 'sums'] });
    expect(runs[0]).toEqual({
      run: 'a',
      progress: Float64Array.of(0, 0.5, 1),
      losses: { rows: 3, columns: 2, values: Float64Array.of(9, 8, 5, 6, 4, 5) },
      mixtures: [{ from: 0, shares: Float64Array.of(0.25, 0.75) }],
    });
    // Run b was not validated half-way: its losses there lie on the line.
    expect([...lossesAt(runs[1]!, 0.5)]).toEqual([6.25, 6.5]);
  });

  test('give stages the mean of the mixtures that they had', async () => {
    const { runs } = await read('run,step,web,code\na,0,1,0\na,25,0,1\nb,0,0.5,0.5\n');
    expect([...mixtureOver(runs[0]!, 0, 0.5)]).toEqual([0.5, 0.5]);
    expect([...mixtureOver(runs[0]!, 0.5, 1)]).toEqual([0, 1]);
    expect([...mixtureOver(runs[0]!, 0, 1)]).toEqual([0.25, 0.75]);
  });

  test('become rows of mixture and losses before, and losses after', async () => {
    const trajectories = await read('run,step,web,code\na,0,1,0\na,50,0,1\nb,0,0.5,0.5\n');
    const [first, second] = stageRows(trajectories, boundariesOf(2));
    expect([...first!.features.values]).toEqual([1, 0, 9, 8, 0.5, 0.5, 9.5, 8.5]);
    expect([...first!.after.values]).toEqual([5, 6, 6.25, 6.5]);
    expect([...second!.features.values]).toEqual([0, 1, 5, 6, 0.5, 0.5, 6.25, 6.5]);
    expect([...second!.after.values]).toEqual([4, 5, 3, 4.5]);
    const ends = endsOf(trajectories);
    expect([...ends.mixtures.values]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(ends.losses.map((row) => [...row])).toEqual([
      [4, 3],
      [5, 4.5],
    ]);
  });

  test.each([
    ['run "c" has no losses', 'index,web,code\na,1,0\nb,1,0\nc,1,0\n', losses, 'no losses of run "c"'],
    ['run b has no mixture', 'index,web,code\na,1,0\n', losses, 'no mixture of run "b"'],
    ['shares do not add up', 'index,web,code\na,1,0.5\nb,1,0\n', losses, 'mixtures.csv:2: not a mixture'],
    ['a mixture begins late', 'run,step,web,code\na,5,1,0\nb,0,1,0\n', losses, 'mixtures out of order'],
    [
      'a loss is missing',
      'index,web,code\na,1,0\nb,1,0\n',
      losses.replace('a,50,sums,6\n', ''),
      'run "a" has no loss "sums" at step 50',
    ],
    [
      'a loss is no number',
      'index,web,code\na,1,0\nb,1,0\n',
      losses.replace('sums,6', 'sums,nan'),
      'losses.csv:5: column "loss" is not a finite number, got "nan"',
    ],
    [
      'a loss is there twice',
      'index,web,code\na,1,0\nb,1,0\n',
      `${losses}a,50,sums,6\n`,
      'losses.csv:12: run "a" has two losses',
    ],
    [
      'there is none before the first step',
      'index,web,code\na,1,0\nb,1,0\n',
      losses.replaceAll(/^a,0,.*\n/gm, ''),
      'run "a": its losses or mixtures do not cover',
    ],
    [
      'a column is missing',
      'index,web,code\na,1,0\nb,1,0\n',
      losses.replace('domain', 'metric'),
      'expected the columns run, step, domain, loss',
    ],
  ])('are refused where %s', async (_, mixtures, table, problem) => {
    await expect(read(mixtures, table)).rejects.toThrow(problem);
  });
});

test('stages are of equal length, or end where they are told', () => {
  expect(boundariesOf(4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(boundariesOf([0.1, 0.5])).toEqual([0, 0.1, 0.5, 1]);
  for (const wrong of [0, 1.5, [0.5, 0.5], [0.2, 1]]) expect(() => boundariesOf(wrong)).toThrow('stages');
});

test('runs of a study give the shares that they realised, phase by phase; failed ones are left out', () => {
  const loss = (lossNats: number) => ({ wiki: { lossNats, bitsPerByte: lossNats } });
  const result = (id: string, failure?: string): RunResult => ({
    id,
    recipe: id,
    seed: 0,
    steps: 20,
    tokens: 0,
    parameters: 0,
    seconds: 0,
    ...(failure !== undefined && { failure }),
    evaluations: [
      { kind: 'evaluation', step: 0, tokens: 0, domains: loss(9) },
      { kind: 'evaluation', step: 20, tokens: 0, domains: loss(4) },
    ],
    documents: {},
  });
  const phase = (windows: Record<string, number>) => ({
    windows: Object.values(windows).reduce((a, b) => a + b),
    sources: Object.entries(windows).map(([source, count]) => ({
      source,
      windows: count,
      share: 0,
      order: '',
      tokens: '',
      tokenBytes: 2 as const,
    })),
  });
  const { domains, runs } = trajectoriesOfRuns([
    { result: result('one'), phases: [phase({ web: 3, code: 1 }), phase({ code: 12 })] },
    { result: result('two', 'diverged'), phases: [phase({ web: 16 })] },
  ]);
  expect(domains).toEqual(['web', 'code']);
  expect(runs.map(({ mixtures }) => mixtures)).toEqual([
    [
      { from: 0, shares: Float64Array.of(0.75, 0.25) },
      { from: 0.25, shares: Float64Array.of(0, 1) },
    ],
  ]);
});
