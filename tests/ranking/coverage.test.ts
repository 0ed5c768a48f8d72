/**
 * Do 95 % intervals hold the truth 95 % of the time? A thousand simulated studies a setting.
 *
 * The truth is the expected difference over seeds and over the population that the documents were drawn from.
 * Figures of every setting are printed with ASSAY_SHOW_COVERAGE=1.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { rank } from '../../src/ranking/index.js';
import { simulateStudy } from './simulate.js';

const studies = 1000;
/** Noise of a run's seed and of a domain's documents; 0.02 a document is about 0.003 nats for the 100 documents below. */
const noises = [
  { name: 'seeds dominate', seedNoise: 0.008, documentNoise: 0.01 },
  { name: 'seeds and documents alike', seedNoise: 0.004, documentNoise: 0.03 },
  { name: 'documents dominate', seedNoise: 0.001, documentNoise: 0.04 },
  { name: 'documents react to seeds', seedNoise: 0.001, documentNoise: 0.01, residualNoise: 0.05 },
];
const settings = [2, 8].flatMap((recipes) =>
  [2, 3].flatMap((seeds) => noises.map((noise) => ({ recipes, seeds, ...noise }))),
);

function coverage(
  setting: {
    recipes: number;
    seeds: number;
    seedNoise: number;
    documentNoise: number;
    residualNoise?: number;
  },
  random: Random,
): { pairs: number; domainPairs: number; effects: number } {
  const hits = { pairs: 0, domainPairs: 0, effects: 0 };
  const counts = { pairs: 0, domainPairs: 0, effects: 0 };
  const count = (kind: keyof typeof hits, interval: { low: number; high: number }, truth: number) => {
    counts[kind]++;
    if (interval.low <= truth && truth <= interval.high) hits[kind]++;
  };
  for (let k = 0; k < studies; k++) {
    const effects = Array.from({ length: setting.recipes }, () => 0.03 * random.normal());
    const runs = simulateStudy({ ...setting, effects, documents: { mail: 60, code: 40 } }, random);
    const ranking = rank(runs, { mail: 1, code: 1 }, random, { draws: 1 });
    const truth = (recipe: string) => effects[Number(recipe.replace('recipe-', ''))]!;
    const mean = effects.reduce((total, each) => total + each, 0) / effects.length;
    for (const pair of ranking.pairs) count('pairs', pair.interval, truth(pair.worse) - truth(pair.better));
    for (const pair of ranking.domains.mail!.pairs) {
      count('domainPairs', pair.interval, truth(pair.worse) - truth(pair.better));
    }
    for (const each of ranking.recipes) count('effects', each.effectInterval, truth(each.recipe) - mean);
  }
  return {
    pairs: hits.pairs / counts.pairs,
    domainPairs: hits.domainPairs / counts.domainPairs,
    effects: hits.effects / counts.effects,
  };
}

describe('95 % intervals hold the true difference in 92 to 98 % of simulated studies', () => {
  test.each(settings)('$recipes recipes, $seeds seeds, $name', (setting) => {
    const random = Random.fromSeed(`coverage/${setting.recipes}/${setting.seeds}/${setting.name}`);
    const covered = coverage(setting, random);
    if (process.env.ASSAY_SHOW_COVERAGE) console.log(setting, covered);
    for (const [kind, share] of Object.entries(covered)) {
      expect(share, kind).toBeGreaterThanOrEqual(0.92);
      expect(share, kind).toBeLessThanOrEqual(0.98);
    }
  });
});

describe('with one seed', () => {
  test('intervals cover the differences of that seed over the population of documents', () => {
    const setting = { recipes: 4, seeds: 1, seedNoise: 0, documentNoise: 0.03 };
    const covered = coverage(setting, Random.fromSeed('coverage/one seed'));
    expect(covered.pairs).toBeGreaterThanOrEqual(0.92);
    expect(covered.pairs).toBeLessThanOrEqual(0.98);
  });

  test('they cannot cover the noise of seeds, which one seed does not show', () => {
    const setting = { recipes: 4, seeds: 1, seedNoise: 0.01, documentNoise: 0.01 };
    expect(coverage(setting, Random.fromSeed('coverage/one noisy seed')).pairs).toBeLessThan(0.6);
  });
});

describe('one recipe whose seeds are ten times as noisy', () => {
  const random = Random.fromSeed('unequal');
  const own = { hits: 0, count: 0 };
  const others = { hits: 0, count: 0, width: 0 };
  for (let k = 0; k < 300; k++) {
    const setting = { effects: new Array<number>(8).fill(0), seeds: 3, documents: { a: 50 } };
    const runs = simulateStudy({ ...setting, seedNoise: 0.001, documentNoise: 0.005 }, random);
    for (const run of runs.filter((each) => each.recipe === 'recipe-0')) {
      const shift = 0.01 * random.normal();
      const { lossSumNats, tokens } = run.documents.a!;
      for (let i = 0; i < tokens.length; i++) lossSumNats[i]! += shift * tokens[i]!;
    }
    for (const pair of rank(runs, { a: 1 }, random, { draws: 1 }).pairs) {
      const group = pair.better === 'recipe-0' || pair.worse === 'recipe-0' ? own : others;
      group.count++;
      if (pair.tie) group.hits++;
      others.width += group === others ? pair.interval.high - pair.interval.low : 0;
    }
  }

  test('gets intervals that hold', () => {
    // The pooled estimate alone would cover 70 %.
    expect(own.hits / own.count).toBeGreaterThan(0.9);
  });

  test('leaves those of the others nearly as sharp as they were', () => {
    expect(others.hits / others.count).toBeGreaterThan(0.92);
    // 0.0066 without the noisy recipe, 0.013 with it in the pool.
    expect(others.width / others.count).toBeLessThan(0.008);
  });
});
