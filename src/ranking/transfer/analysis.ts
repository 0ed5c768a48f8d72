/** What the analysis of transfer says, as plain data: `assay transfer --json` prints it. */
import type { Interval } from '../../records.js';
import type { Hyperparameters } from './runs.js';

export interface TransferAnalysis {
  formatVersion: 1;
  proxy: string;
  target: string;
  /** 0.95. */
  confidence: number;
  /** What runs are compared by; the first is what recipes are tuned by, and what curves and heat map show. */
  objectives: ObjectiveSummary[];
  /** The tuned target of each recipe, best first. */
  tuned: TunedRecipe[];
  /** One entry for each setting that the proxy was trained in, by learning rate. */
  settings: ProxySetting[];
  heatMap: HeatMap;
  curves: { proxy: RateCurve[]; target: RateCurve[] };
  /** Recipes that only one of the two models was trained on. */
  leftOut: string[];
  /** Runs of either model that ended before the others of their setting, or lack a metric of the first objective. */
  unfinishedRuns: number;
}

export interface ObjectiveSummary {
  name: string;
  better: 'lower' | 'higher';
  /** More than one for an aggregate; the weights add up to 1. */
  metrics: Record<string, number>;
}

export interface TunedRecipe {
  recipe: string;
  /** Where this recipe's first objective is best. */
  hyperparameters: Hyperparameters;
  /** Settings of the target that this recipe was trained in. */
  settings: number;
  /**
   * Hyperparameters whose best value is the smallest or largest that was tried with this recipe: the true optimum may
   * lie beyond it.
   */
  atEdge: { hyperparameter: string; side: 'low' | 'high' }[];
  /** By objective, mean over seeds; null where it diverged or was not measured. */
  values: Record<string, number | null>;
}

export interface ProxySetting {
  hyperparameters: Hyperparameters;
  /** Fewest and most seeds that a recipe has. */
  seeds: [number, number];
  /** By objective. */
  transfer: Record<string, Transfer>;
  /**
   * By objective: Spearman correlation of the proxy's ranking by it with the tuned target's first objective. Shows what
   * predicts the loss best: another domain, a benchmark, a gradient alignment (arXiv 2512.24503, Fig. 28b).
   */
  predicts: Record<string, number>;
  stability?: Stability;
  /** Undefined for a single seed. */
  seedVariance?: SeedVariance;
}

/** How well the proxy's ranking does for the tuned target. */
export interface Transfer {
  recipes: number;
  spearman: Estimated;
  /** τ-b. */
  kendall: Estimated;
  /** Share of pairs of recipes that both order alike. */
  pairwise: Estimated;
  /** What is lost by tuning the k recipes that the proxy ranks best, in units of the objective; 0 or more. */
  regret: { k: number; lost: Estimated }[];
}

export interface Estimated {
  value: number;
  /** Absent where every recipe has a single seed. */
  interval?: Interval;
}

/** When, over training, the ranking is what it is in the end. */
export interface Stability {
  points: StabilityPoint[];
  /**
   * Share of the training from which on the ranking keeps a Spearman correlation of at least `threshold` with the
   * final one.
   */
  settledShare: number;
  threshold: number;
}

export interface StabilityPoint {
  step: number;
  /** Of all steps. */
  share: number;
  /** Spearman correlation with this setting's final ranking. */
  withFinal: number;
  /** Spearman correlation with the tuned target. */
  withTarget: number;
}

/** How much a ranking from one seed depends on which seed it is. */
export interface SeedVariance {
  /** Standard deviation between seeds, the part that all recipes share taken out, in units of the objective. */
  seedDeviation: number;
  /** Standard deviation of the recipes' means. */
  recipeDeviation: number;
  /** Mean Spearman correlation of the rankings by two single seeds; NaN where no two seeds share two recipes. */
  spearmanBetweenSeeds: number;
  /** Spearman correlation of each single seed's ranking with the tuned target. */
  spearmanBySeed: Record<string, number>;
}

/** Spearman correlation of the proxy at one rate with the target at another, every other hyperparameter tuned. */
export interface HeatMap {
  proxyRates: number[];
  targetRates: number[];
  /** [proxy rate][target rate]; NaN for fewer than two recipes in common. */
  spearman: number[][];
}

/** The first objective of one recipe against the learning rate, every other hyperparameter tuned. */
export interface RateCurve {
  recipe: string;
  /** By ascending rate; null where the run diverged. */
  points: { learningRate: number; value: number | null }[];
  /** The rate of the best point. */
  best: number;
  atEdge: boolean;
}
