/** How many seeds would settle a tie. */
import { type ContrastNoise, type Estimate, halfWidth } from './noise.js';

const mostSeeds = 1000;

/**
 * The fewest seeds in all at which an interval of the expected width would exclude 0, if the difference and the noise
 * stay as they are estimated. More seeds shrink the seeds' part of the noise and not the documents'. Undefined when
 * more than 1,000, for a difference of 0, and where one seed leaves the noise of seeds unknown.
 */
export function seedsToSettle(
  of: Estimate,
  difference: number,
  noise: ContrastNoise,
  confidence: number,
): number | undefined {
  const { seeds } = noise;
  if (seeds.length === 0 || difference === 0) return undefined;
  const settles = (count: number): boolean => {
    const scaled = seeds.map(({ variance, degrees }) => ({
      variance: (variance * of.seeds) / count,
      degrees: (degrees / (of.seeds - 1)) * (count - 1),
    }));
    return halfWidth({ seeds: scaled, documents: noise.documents }, confidence) < Math.abs(difference);
  };
  if (!settles(mostSeeds)) return undefined;
  let [low, high] = [of.seeds, mostSeeds];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (settles(middle)) high = middle;
    else low = middle;
  }
  return high;
}
