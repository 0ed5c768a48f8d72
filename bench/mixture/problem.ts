/** What is timed: the published proxies, and candidates drawn as RegMix draws them. */
import { fileURLToPath } from 'node:url';
import { drawDirichlet } from '../../src/mixture/design/index.js';
import { type Matrix, type MixtureRuns, readMixtureRuns } from '../../src/mixture/index.js';
import { Random } from '../../src/random.js';

export interface SearchProblem {
  train: MixtureRuns;
  /** [100,000, domains] */
  candidates: Matrix;
}

export async function searchProblem(): Promise<SearchProblem> {
  const file = (kind: string) =>
    fileURLToPath(new URL(`../../tests/mixture/fixtures/regmix/train_${kind}_1m.csv`, import.meta.url));
  const train = await readMixtureRuns(file('mixture'), file('pile_loss'));
  const { rows, columns, values } = train.mixtures;
  const meanShares = Float64Array.from({ length: columns }, (_, domain) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += values[row * columns + domain]!;
    return sum / rows;
  });
  const random = Random.fromSeed('bench');
  const candidates = { rows: 100_000, columns, values: new Float64Array(100_000 * columns) };
  for (let row = 0; row < candidates.rows; row++)
    candidates.values.set(drawDirichlet(meanShares, random), row * columns);
  return { train, candidates };
}

/** CPU time of this process, in seconds. */
export function timed<T>(work: () => T): { seconds: number; value: T } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, value };
}
