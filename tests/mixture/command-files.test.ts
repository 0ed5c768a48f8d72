/** What the mixture commands read, and what they say of files and names that do not fit. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAmounts, readExportable, readSources } from '../../src/cli/mixture-files.js';
import { type ProposeFlags, proposeFromRuns } from '../../src/cli/propose-from-runs.js';
import { folderWith } from '../cli/assay.js';

const folder = folderWith({
  'mixtures.csv': 'index,web,code\n1,0.5,0.5\n2,0.2,0.8\n3,0.9,0.1\n4,0.7,0.3\n',
  'losses.csv': 'index,wiki_loss,code_loss\n1,3,2\n2,3.5,1.5\n3,2.5,2.5\n4,2.7,2.2\n',
  'amounts.csv': 'domain,tokens\nweb,6e9\ncode,1\n',
  'amounts.yaml': 'web: 6B\ncode: 1\n',
  'wide.csv': 'domain,tokens,bytes\nweb,1,2\n',
  'misspelt.json': '{ "web": "60B", "cdoe": 4e9 }',
  'much.json': '{ "web": "much" }',
  'negative.json': '{ "web": -1 }',
  'supply.json': '{ "web": "1B", "code": "1B" }',
  'list.json': '[1, 2]',
  'broken.json': '{ "web": ',
  'weights.json': '{ "weights": { "web": 1 } }',
  'phase.json': '{ "phases": [{ "mixture": { "web": 1 } }] }',
  'schedule.json': '{ "phases": [{ "share": 1, "mixture": { "web": 1 } }], "budgetTokens": "2B" }',
  'sources.yaml': 'web: { paths: [a, { path: b, tokens: 2B }], documents: 3 }',
  'files.yaml': 'web: { files: [a] }',
  'path.yaml': 'web: { paths: [{ tokens: 3 }] }',
});
const at = (name: string) => join(folder, name);

describe('files of the mixture commands', () => {
  test('hold amounts as CSV, JSON or YAML', async () => {
    const amounts = new Map([
      ['web', 6e9],
      ['code', 1],
    ]);
    expect(await readAmounts(at('amounts.csv'))).toEqual(amounts);
    expect(await readAmounts(at('amounts.yaml'))).toEqual(amounts);
  });

  test('hold sources and schedules', () => {
    const web = { paths: [{ path: 'a' }, { path: 'b', tokens: 2e9 }], documents: 3 };
    expect(readSources(at('sources.yaml'))).toEqual(new Map([['web', web]]));
    const phases = [{ share: 1, mixture: new Map([['web', 1]]) }];
    expect(readExportable(at('schedule.json'))).toEqual({ phases, budgetTokens: 2e9 });
  });

  test.each([
    ['wide.csv', 'more than one number a domain'],
    [
      'much.json',
      '"web": not an amount, expected a number of at least 0, such as 0.3, 4e9 or 60B, got "much"',
    ],
    ['negative.json', 'not an amount'],
    ['list.json', 'not an object'],
    ['broken.json', 'not YAML or JSON'],
    ['absent.json', 'absent.json'],
  ])('as amounts, %s is refused', async (name, message) => {
    await expect(readAmounts(at(name))).rejects.toThrow(message);
  });

  test.each([
    ['weights.json', 'nothing to export'],
    ['phase.json', 'phase 1: not an amount'],
  ])('as a mixture, %s is refused', (name, message) => {
    expect(() => readExportable(at(name))).toThrow(message);
  });

  test.each([
    ['files.yaml', 'no field `files`, expected paths, tokens, bytes, documents'],
    ['path.yaml', 'not a path'],
  ])('as sources, %s is refused', (name, message) => {
    expect(() => readSources(at(name))).toThrow(message);
  });
});

describe('a proposal from runs', () => {
  const flags: ProposeFlags = {
    mixtures: at('mixtures.csv'),
    losses: at('losses.csv'),
    objective: ['wiki'],
    combine: 'mean',
    higher: [],
    also: [],
    maxRepeat: 4,
    min: new Map(),
    max: new Map(),
    klPenalty: 0,
    proposer: 'exact',
    regressor: 'linear',
    draws: 500,
    keep: 16,
    refits: 2,
    seed: '0',
  };

  test('keeps to the shares that were trained, unless it may extrapolate', async () => {
    expect((await proposeFromRuns(flags)).mixture.web).toBeCloseTo(0.9, 9);
    expect((await proposeFromRuns({ ...flags, extrapolate: true })).mixture.web).toBeCloseTo(1, 9);
    const most = new Map([['web', 0.4]]);
    expect((await proposeFromRuns({ ...flags, max: most })).mixture.web).toBeCloseTo(0.4, 9);
  });

  test('takes the mean of the mixtures as the prior where no other is given', async () => {
    expect((await proposeFromRuns(flags)).prior.web).toBeCloseTo(0.575, 12);
  });

  test.each<[Partial<ProposeFlags>, string]>([
    [{ objective: ['arc'] }, 'metric "arc": no such column, expected one of wiki_loss, code_loss'],
    [{ objective: ['loss'] }, 'metric "loss": may be several columns'],
    [{ objective: ['wiki=-1'] }, 'weight is not valid, expected a number above 0, got -1'],
    [{ prior: at('misspelt.json') }, 'misspelt.json: other domains than those of the mixtures'],
    [{ supply: at('supply.json') }, 'Give `--budget`'],
    [{ supply: at('supply.json'), budget: 25e9 }, 'all domains together do not fill the budget'],
    [{ supply: at('misspelt.json'), budget: 1e9 }, 'supply: no domain "cdoe"'],
    [{ min: new Map([['web', 0.95]]) }, 'limits of "web": no share is within them'],
    [{ max: new Map([['wbe', 0.3]]) }, 'maximum share: no domain "wbe"'],
  ])('with %j says what is wrong', async (other, message) => {
    await expect(proposeFromRuns({ ...flags, ...other })).rejects.toThrow(message);
  });
});
