/** The terms of Eq. (58) on a loss whose terms can be written down, and through a real transformer. */
import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { boundTerms, eq58, meanLoss, rateBound } from '../../src/rate/index.js';
import { gradientAt, quadraticModel } from './quadratic.js';

const context = 2;
const theta = [0.5, -1, 2];
const metric = [4, 0.25, 1];
/** Windows of three tokens, of which the last two are predicted. */
const batchesOf: Record<string, number[][][]> = {
  a: [
    [
      [0, 0, 1],
      [0, 1, 1],
    ],
    [
      [0, 2, 0],
      [0, 1, 0],
    ],
  ],
  b: [
    [
      [0, 3, 3],
      [0, 3, 2],
    ],
    [
      [0, 2, 2],
      [0, 3, 0],
    ],
  ],
};
const validation = [
  [0, 0, 2],
  [0, 3, 1],
];

const flat = (windows: readonly number[][]): Int32Array => Int32Array.from(windows.flat());
const product = (x: number[], y: number[], m: number[]): number =>
  x.reduce((total, value, i) => total + value * y[i]! * m[i]!, 0);
const meanOf = (vectors: number[][]): number[] =>
  vectors[0]!.map((_, i) => vectors.reduce((sum, v) => sum + v[i]!, 0) / vectors.length);
const gradientOf = (windows: number[][]): number[] =>
  meanOf(windows.map((w) => gradientAt(theta, w.slice(1))));

/** By hand: over all windows, with the metric's inner product. */
function closedForm(recipe: string, m: number[]) {
  const windows = batchesOf[recipe]!.flat();
  const gradients = windows.map((w) => gradientAt(theta, w.slice(1)));
  const middle = meanOf(gradients);
  const n = gradients.length;
  const trace =
    gradients.reduce((sum, g) => {
      const off = g.map((x, i) => x - middle[i]!);
      return sum + product(off, off, m);
    }, 0) /
    (n - 1);
  return {
    alignment: product(gradientOf(validation), middle, m),
    covarianceTrace: trace,
    gradientSquared: product(middle, middle, m) - trace / n,
  };
}

test('every term of a quadratic loss equals its closed form, plain and scaled by Adam', async () => {
  const step = 3;
  const [beta2, epsilon] = [0.5, 0];
  const correction = 1 - beta2 ** step;
  const { sgd, adam } = await boundTerms({
    model: quadraticModel(context),
    point: {
      step,
      parameters: new Map([['theta', Float32Array.from(theta)]]),
      secondMoments: new Map([['theta', Float32Array.from(metric, (p) => correction / p ** 2)]]),
    },
    validation: meanLoss(flat(validation), context),
    recipes: Object.entries(batchesOf).map(([name, batches]) => ({
      name,
      batches: async () => batches.map(flat),
    })),
    optimizer: { beta2, epsilon },
    // A pass of three leaves a pass that is not full.
    passWindows: 3,
    threads: 1,
    random: Random.fromSeed(1),
    powerIteration: { tolerance: 1e-8, most: 60 },
  });
  const close = (got: number, expected: number) => expect(Math.abs(got / expected - 1)).toBeLessThan(1e-6);
  for (const [terms, m] of [
    [sgd, [1, 1, 1]],
    [adam!, metric],
  ] as const) {
    for (const got of terms.recipes) {
      const expected = closedForm(got.recipe, [...m]);
      close(got.alignment, expected.alignment);
      close(got.covarianceTrace, expected.covarianceTrace);
      close(got.gradientSquared, expected.gradientSquared);
    }
  }
  // The eigenvalue that is largest by size is negative.
  close(sgd.lambdaMax, 6);
  // P^½·A·P^½ has the block [[12, 1], [1, 0.75]] and the entry −6.
  close(adam!.lambdaMax, 6.375 + Math.sqrt(5.625 ** 2 + 1));

  const [a, b] = [closedForm('a', [1, 1, 1]), closedForm('b', [1, 1, 1])];
  const bound = rateBound(sgd, { batch: 2, gradientClip: 0.5, share: 1 });
  const noise = Math.max(a.covarianceTrace, b.covarianceTrace) / 2;
  const gap = Math.abs(a.alignment - b.alignment);
  close(bound.allPairs, gap / (6 * (Math.max(a.gradientSquared, b.gradientSquared) + noise)));
  close(bound.clipped, gap / (6 * 0.25));
});

const terms = (recipe: string, alignment: number, spread: number) => ({
  recipe,
  alignment,
  batchAlignments: [-1, 1, -1, 1].map((sign) => alignment + sign * spread),
  gradientSquared: 2,
  covarianceTrace: 8,
});

test('close recipes are a tie, and a share of the other pairs has a bound of its own', () => {
  const recipes = [terms('a', 10, 0.1), terms('b', 9, 0.05), terms('c', 8.99, -2), terms('d', 4, 0)];
  const bound = rateBound(
    { lambdaMax: 5, lambdaError: 0, products: 1, recipes },
    { batch: 4, gradientClip: 1, share: 0.5 },
  );
  const ties = bound.pairs.filter(({ resolved }) => !resolved).map(({ better, worse }) => better + worse);
  expect(ties).toEqual(['bc', 'ac']);
  // Gaps of the rest: 6 (ad), 5 (bd), 4.99 (cd), 1 (ab); λ·(G² + σ²/B) is 5·(2 + 2).
  expect(bound.allPairs).toBeCloseTo(0.01 / 20, 10);
  expect(bound.resolvedPairs).toBeCloseTo(1 / 20, 10);
  expect(bound.keeping!.bound).toBeCloseTo(5 / 20, 10);
  expect(eq58(3, 5, recipes, 4)).toBeCloseTo(3 / 20, 10);
});
