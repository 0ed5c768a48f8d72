/** What would settle a tie: how many seeds, or how many validation documents. */
import { type ContrastNoise, type Estimate, halfWidth } from './noise.js';

const mostSeeds = 1000;
/** A validation set more than so many times as large is no advice. */
const mostGrowth = 1000;

/**
 * The fewest seeds in all at which an interval of the expected width would exclude 0, if the difference and the noise
 * stay as they are estimated. More seeds shrink the seeds' part of the noise and not the documents'. At least 2;
 * undefined when more than 1,000, for a difference of 0, and where one seed leaves the noise of seeds unknown.
 */
export function seedsToSettle(
  of: Pick<Estimate, 'seeds'>,
  difference: number,
  noise: ContrastNoise,
  confidence: number,
): number | undefined {
  const { seeds } = noise;
  if (seeds.length === 0 || difference === 0) return undefined;
  return fewest(2, mostSeeds, (count) => {
    const scaled = seeds.map(({ variance, degrees }) => ({
      variance: (variance * of.seeds) / count,
      degrees: (degrees / (of.seeds - 1)) * (count - 1),
    }));
    return halfWidth({ seeds: scaled, documents: noise.documents }, confidence) < Math.abs(difference);
  });
}

/**
 * The fewest validation documents in all, every domain growing alike, at which an interval of the expected width would
 * exclude 0, with the seeds there are. More documents shrink the documents' part of the noise and not the seeds'.
 * Undefined when more than 1,000 times those there are, and for a difference of 0.
 */
export function documentsToSettle(
  of: Pick<Estimate, 'documents'>,
  difference: number,
  noise: ContrastNoise,
  confidence: number,
): number | undefined {
  const present = of.documents.reduce(
    (sum, { weight, noise }) => sum + (weight > 0 ? noise.documents : 0),
    0,
  );
  if (present === 0 || difference === 0) return undefined;
  return fewest(present, mostGrowth * present, (count) => {
    const growth = count / present;
    const scaled = noise.documents.map(({ variance, degrees }) => ({
      variance: variance / growth,
      degrees: (degrees + 1) * growth - 1,
    }));
    return halfWidth({ seeds: noise.seeds, documents: scaled }, confidence) < Math.abs(difference);
  });
}

/** The least whole number from `least` to `most` at which `enough`, which is taken to stay so; undefined for none. */
function fewest(least: number, most: number, enough: (count: number) => boolean): number | undefined {
  let [low, high] = [least - 1, least];
  while (!enough(high)) {
    if (high === most) return undefined;
    [low, high] = [high, Math.min(most, 2 * high)];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
