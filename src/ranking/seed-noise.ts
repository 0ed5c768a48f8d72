/**
 * How much a run's loss depends on its seed: initial weights, and which documents it meets when.
 *
 * Runs of one seed share both, so the mean of a seed over recipes is taken out; what is left has variance σ² per run.
 * With two or three seeds a recipe's own spread says little, so σ² is pooled over recipes. That takes them to be about
 * equally noisy, and it is not done blindly:
 *
 * - a recipe whose spread sticks out (F test against the others, 1 % over all recipes together) is noisy on its own: it
 *   is left out of the pool, so that it does not blur the differences of the others, and keeps its own variance.
 * - a contrast of the rest whose own spread exceeds what the pool explains (F test at 5 %) gets its own variance. It keeps
 *   the pool's degrees of freedom: being taken only where it is large, it is wide enough.
 *
 * The variance of a noisy recipe has S − 1 degrees of freedom, so its intervals are wide; another seed helps most there.
 */
import { fisherFTail, mean, type VarianceComponent, variance } from '../stats/index.js';

export interface SeedNoise {
  /** Variance of a run of the recipes that are pooled. */
  pooled: VarianceComponent;
  /** By recipe: its own variance of a run where it is not pooled. */
  own: (VarianceComponent | undefined)[];
}

const stickingOut = 0.01;
const contradiction = 0.05;

/** @param lossNats [recipe][seed]; undefined for one recipe or one seed, where nothing varies */
export function measureSeedNoise(lossNats: readonly number[][]): SeedNoise | undefined {
  const recipes = lossNats.length;
  const seeds = lossNats[0]?.length ?? 0;
  if (recipes < 2 || seeds < 2) return undefined;
  let pool = lossNats.map((_, r) => r);
  for (;;) {
    const pooled = residualVariance(pool.map((r) => lossNats[r]!));
    const [noisiest, p] = pool
      .map((r) => [r, ownPValue(lossNats, toOthers(r, pool, recipes), pooled)] as const)
      .reduce((least, next) => (next[1] < least[1] ? next : least));
    if (p >= stickingOut / recipes) {
      const inPool = new Set(pool);
      const own = lossNats.map((_, r) =>
        inPool.has(r)
          ? undefined
          : { variance: contrastVariance(lossNats, toOthers(r, [...pool, r], recipes)), degrees: seeds - 1 },
      );
      return { pooled, own };
    }
    pool = pool.filter((r) => r !== noisiest);
  }
}

/** The parts of the variance of a contrast of means over the seeds. */
export function seedVariances(
  noise: SeedNoise,
  lossNats: readonly number[][],
  contrast: readonly number[],
): VarianceComponent[] {
  const seeds = lossNats[0]!.length;
  const parts: VarianceComponent[] = [];
  let norm = 0;
  contrast.forEach((c, r) => {
    const own = noise.own[r];
    if (!own) norm += c * c;
    else if (c !== 0) parts.push({ variance: (own.variance * c * c) / seeds, degrees: own.degrees });
  });
  if (norm === 0) return parts;
  const contradicted = parts.length === 0 && ownPValue(lossNats, contrast, noise.pooled) < contradiction;
  const perRun = contradicted
    ? { variance: contrastVariance(lossNats, contrast) / norm, degrees: noise.pooled.degrees }
    : noise.pooled;
  return [{ variance: (perRun.variance * norm) / seeds, degrees: perRun.degrees }, ...parts];
}

/** Mean square of loss − recipe − seed + all, (R − 1)(S − 1) degrees of freedom. */
function residualVariance(lossNats: readonly number[][]): VarianceComponent {
  const recipeMeans = lossNats.map(mean);
  const grand = mean(recipeMeans);
  const seeds = lossNats[0]!.length;
  let squares = 0;
  for (let s = 0; s < seeds; s++) {
    const seedMean = mean(lossNats.map((row) => row[s]!));
    lossNats.forEach((row, r) => {
      squares += (row[s]! - recipeMeans[r]! - seedMean + grand) ** 2;
    });
  }
  const degrees = (lossNats.length - 1) * (seeds - 1);
  return { variance: squares / degrees, degrees };
}

/** Recipe r against the mean of the other members of the pool. */
function toOthers(r: number, pool: readonly number[], recipes: number): number[] {
  const contrast = new Array<number>(recipes).fill(0);
  for (const other of pool) contrast[other] = other === r ? 1 : -1 / (pool.length - 1);
  return contrast;
}

/** p-value of the contrast's own spread against what is left of the pool without it; 1 if nothing is left. */
function ownPValue(
  lossNats: readonly number[][],
  contrast: readonly number[],
  pooled: VarianceComponent,
): number {
  const degrees = lossNats[0]!.length - 1;
  const restDegrees = pooled.degrees - degrees;
  const own = contrastVariance(lossNats, contrast) / contrast.reduce((total, c) => total + c * c, 0);
  if (restDegrees <= 0 || own === 0) return 1;
  const rest = (pooled.variance * pooled.degrees - own * degrees) / restDegrees;
  return fisherFTail(own / Math.max(0, rest), degrees, restDegrees);
}

/** Variance over seeds of the contrast of one run each. */
function contrastVariance(lossNats: readonly number[][], contrast: readonly number[]): number {
  return variance(
    lossNats[0]!.map((_, s) =>
      contrast.reduce((total, c, r) => (c === 0 ? total : total + c * lossNats[r]![s]!), 0),
    ),
  );
}
