import { expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { ownRuns, ownTransfers, type SettingResults } from '../../../src/ranking/index.js';
import type { ProxySpec, RunResult } from '../../../src/records.js';

type Own = SettingResults & { role: 'proxy' | 'target' };

const spec = (name: string, more: Partial<ProxySpec> = {}): ProxySpec => ({
  name,
  model: { family: 'gpt2', layers: 1, width: 16, heads: 2, mlpWidth: 64 },
  ...{ learningRate: 1e-3, tokens: { budget: 1000 }, batch: 4, context: 16, seeds: 2, weightDecay: 0.1 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: 1, stableShare: 0.66, order: 'paired' },
  ...more,
});

const run = (recipe: string, seed: number, lossNats: number, more: Partial<RunResult> = {}): RunResult => ({
  ...{
    id: `${recipe}-s${seed}`,
    recipe,
    seed,
    steps: 10,
    tokens: 640,
    parameters: 100,
    seconds: 1,
    documents: {},
  },
  evaluations: [
    { kind: 'evaluation', step: 10, tokens: 640, domains: { web: { lossNats, bitsPerByte: 1 } } },
  ],
  ...more,
});

const recipes = ['a', 'b', 'c', 'd'];
const proxy = (more: Partial<RunResult>[] = []): Own => ({
  role: 'proxy',
  spec: spec('small'),
  parameters: 100,
  results: recipes.flatMap((name, i) =>
    [0, 1].map((seed) => run(name, seed, 3 + i / 10 + seed / 100, more[i])),
  ),
});
const target = (learningRate: number, of = recipes): Own => ({
  role: 'target',
  spec: spec('large', { learningRate, seeds: 1 }),
  parameters: 1000,
  results: of.map((name) => run(name, 0, 2 + recipes.indexOf(name) / 10 + learningRate)),
});
const transfer = (settings: Own[]) => ownTransfers(settings, { web: 1 }, Random.fromSeed(0));

test('a run that died says nothing of its recipe; one that diverged counts as the worst', () => {
  const spearman = (more: Partial<RunResult>) =>
    transfer([proxy([more]), target(1e-3)])[0]!.settings[0]!.transfer.web!.spearman.value;
  expect(spearman({})).toBe(1);
  const nowhere = { evaluations: [], failure: 'killed' };
  expect(spearman(nowhere)).toBe(1);
  expect(spearman({ ...nowhere, diverged: true })).toBeLessThan(0.5);
});

test('a target counts for the recipes that were trained in every setting of its sweep', () => {
  const [analysis] = transfer([proxy(), target(1e-3), target(2e-3, ['a', 'b', 'c'])]);
  expect(analysis!.tuned.map(({ recipe }) => recipe)).toEqual(['a', 'b', 'c']);
  expect(analysis!.leftOut).toEqual(['d']);
  expect(transfer([proxy(), target(1e-3), target(2e-3, [])])).toEqual([]);
});

test('settings are told apart by what a study varies, lengths in tokens where it says tokens', () => {
  const settings = [1000, 2000].map((budget) => ({
    ...proxy(),
    spec: spec('small', { tokens: { budget } }),
  }));
  const { runs } = ownRuns(settings, { web: 1 });
  const seen = new Set(runs.map(({ hyperparameters }) => JSON.stringify(hyperparameters)));
  expect([...seen]).toEqual(['{"learningRate":0.001,"tokens":1000}', '{"learningRate":0.001,"tokens":2000}']);
});

test('without a target the first proxy is compared with the others, and alone with itself tuned', () => {
  const other: Own = { ...target(1e-3), role: 'proxy' };
  expect(transfer([proxy(), other]).map((each) => [each.proxy, each.target])).toEqual([['small', 'large']]);
  const again = { ...proxy(), spec: spec('small', { learningRate: 1e-2 }) };
  expect(transfer([proxy(), again]).map((each) => [each.proxy, each.target])).toEqual([['small', 'small']]);
  expect(transfer([proxy()])).toEqual([]);
});
