/** One proxy ranking against the tuned target: agreement and regret, with intervals over seeds. */
import type { Random } from '../../random.js';
import type { Estimated, Transfer } from '../../records.js';
import {
  type AgreementScale,
  agreementInterval,
  agreementScales,
  kendall,
  pairwiseAgreement,
  quantile,
  seedNoiseDraws,
  spearman,
  topKRegret,
} from '../../stats/index.js';
import type { SeedCosts } from './final-costs.js';

/** Recipes that a team would tune at scale. */
export const regretsAt = [1, 3, 5] as const;

export interface CompareOptions {
  confidence: number;
  /** Bootstrap draws; 0 leaves intervals out. */
  draws: number;
  random: Random;
}

interface Measure {
  of: (proxy: number[], target: number[]) => number;
  /** Of a measure of agreement; absent for a regret. */
  scale?: AgreementScale;
}

const measures: Measure[] = [
  { of: spearman, scale: agreementScales.spearman },
  { of: kendall, scale: agreementScales.kendall },
  { of: pairwiseAgreement, scale: agreementScales.pairwise },
  ...regretsAt.map((k) => ({ of: (proxy: number[], target: number[]) => topKRegret(proxy, target, k) })),
];

/**
 * @param proxy final costs of each recipe
 * @param target costs of the tuned target, the same recipes in the same order; a recipe of one seed counts as exact
 * where all others have one too
 */
export function compareToTarget(
  proxy: readonly SeedCosts[],
  target: readonly SeedCosts[],
  { confidence, draws, random }: CompareOptions,
): Transfer {
  const [proxyMeans, targetMeans] = [proxy.map(({ mean }) => mean), target.map(({ mean }) => mean)];
  const drawProxy = drawing(proxy, random.split('proxy'));
  const drawTarget = drawing(target, random.split('target'));
  const samples = measures.map(() => [] as number[]);
  if (drawProxy ?? drawTarget) {
    for (let draw = 0; draw < draws; draw++) {
      const [x, y] = [drawProxy?.() ?? proxyMeans, drawTarget?.() ?? targetMeans];
      measures.forEach(({ of }, m) => {
        samples[m]!.push(of(x, y));
      });
    }
  }
  const estimates = measures.map(({ of, scale }, m): Estimated => {
    const value = of(proxyMeans, targetMeans);
    const drawn = samples[m]!;
    if (drawn.length === 0) return { value };
    const interval = scale
      ? agreementInterval(value, drawn, confidence, scale)
      : percentiles(drawn, confidence);
    return { value, interval };
  });
  const [rankCorrelation, tau, pairwise, ...regrets] = estimates;
  return {
    recipes: proxy.length,
    spearman: rankCorrelation!,
    kendall: tau!,
    pairwise: pairwise!,
    regret: regretsAt.map((k, i) => ({ k, lost: regrets[i]! })),
  };
}

function drawing(recipes: readonly SeedCosts[], random: Random): (() => number[]) | undefined {
  return seedNoiseDraws(
    recipes.map(({ costs }) => costs),
    recipes.map(({ seeds }) => seeds),
    random,
  );
}

/** A regret is what the decision of another set of seeds would have cost: the plain percentiles of the draws. */
function percentiles(drawn: number[], confidence: number): { low: number; high: number } {
  const values = drawn.filter((value) => !Number.isNaN(value));
  const outside = (1 - confidence) / 2;
  return { low: quantile(values, outside), high: quantile(values, 1 - outside) };
}
