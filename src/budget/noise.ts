/**
 * Which differences a study is expected to resolve: a rule of thumb, since nothing of its own has been measured yet.
 * docs/budget.md gives the runs behind its two constants; a study's own noise is often half or twice of it.
 */
import type { ExpectedNoise } from '../records.js';
import { cochranCox } from '../stats/index.js';

/** Spread of a run's loss from seed to seed after a million tokens, nats per token; it falls with their square root. */
const seedNatsAtMillion = 0.03;
/** More tokens hardly make seeds agree better than this. */
const leastSeedNats = 0.001;
/** Spread of a difference from one sample of validation documents to another, with 50,000 tokens in all. */
const documentNatsAt50k = 0.012;
/** Degrees of freedom of the documents' part; there are tens of documents at least. */
const documentDegrees = 60;
const confidence = 0.95;

export interface NoiseInput {
  recipes: number;
  seeds: number;
  trainedTokens: number;
  /** Of one validation, all domains together. */
  validationTokens: number;
}

/** The interval is made as the ranking makes it: t quantiles, pooled over recipes. */
export function expectedNoise({
  recipes,
  seeds,
  trainedTokens,
  validationTokens,
}: NoiseInput): ExpectedNoise {
  const seedNats = Math.max(leastSeedNats, seedNatsAtMillion * Math.sqrt(1e6 / trainedTokens));
  const documentNats = documentNatsAt50k * Math.sqrt(5e4 / validationTokens);
  if (seeds < 2) return { seedNats, documentNats };
  const degrees = Math.max(1, recipes - 1) * (seeds - 1);
  const parts = [
    { variance: (2 * seedNats ** 2) / seeds, degrees },
    { variance: documentNats ** 2, degrees: documentDegrees },
  ];
  return { seedNats, documentNats, resolvesNats: cochranCox(parts, confidence) };
}
