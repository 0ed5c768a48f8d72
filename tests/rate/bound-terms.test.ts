/** The terms of Eq. (58) on a loss whose terms can be written down, and through a real transformer. */
import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { boundTerms, eq58, OnnxDerivatives, rateBound } from '../../src/rate/index.js';
import { meanLoss } from '../../src/validation/index.js';
import { gradientAt, quadraticModel } from './quadratic.js';

const context = 2;
const theta = [0.5, -1, 2];
/** Windows of three tokens, of which the last two are predicted. */
const streams: Record<string, number[][]> = {
  mail: [
    [0, 0, 1],
    [0, 1, 1],
    [0, 2, 0],
    [0, 1, 0],
  ],
  code: [
    [0, 3, 3],
    [0, 3, 2],
    [0, 2, 2],
    [0, 3, 0],
    [0, 1, 3],
  ],
};
const recipes: Record<string, Record<string, number>> = {
  a: { mail: 1 },
  b: { mail: 0.25, code: 0.75 },
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
  const parts = Object.entries(recipes[recipe]!).map(([stream, share]) => {
    const gradients = streams[stream]!.map((w) => gradientAt(theta, w.slice(1)));
    const middle = meanOf(gradients);
    const n = gradients.length;
    const trace = gradients.reduce((sum, g) => {
      const off = g.map((x, i) => x - middle[i]!);
      return sum + product(off, off, m) / (n - 1);
    }, 0);
    const meanSquare = gradients.reduce((sum, g) => sum + product(g, g, m), 0) / n;
    return { share, middle, n, trace, meanSquare };
  });
  const middle = theta.map((_, i) => parts.reduce((sum, { share, middle }) => sum + share * middle[i]!, 0));
  const gradientSquared =
    product(middle, middle, m) -
    parts.reduce((sum, { share, trace, n }) => sum + (share ** 2 * trace) / n, 0);
  const meanSquare = parts.reduce((sum, part) => sum + part.share * part.meanSquare, 0);
  return {
    middle,
    alignment: product(gradientOf(validation), middle, m),
    gradientSquared,
    covarianceTrace: meanSquare - gradientSquared,
  };
}

test('every term of a quadratic loss equals its closed form, plain and scaled by Adam', async () => {
  const step = 3;
  const [beta2, epsilon] = [0.5, 0.125];
  const moments = [1, 0.25, 0];
  const model = quadraticModel(context);
  const state = {
    step,
    parameters: new Map([['theta', Float32Array.from(theta)]]),
    firstMoments: new Map(),
    secondMoments: new Map([['theta', Float32Array.from(moments)]]),
  };
  const optimizer = { beta1: 0.9, beta2, epsilon, weightDecay: 0, gradientClip: 1 };
  // Passes of three leave one that is not full.
  const derivatives = new OnnxDerivatives(model, state, { microBatch: 6, threads: 1, optimizer });
  const { sgd, adam } = await boundTerms(derivatives, {
    model,
    validation: meanLoss(flat(validation), context),
    streams: Object.entries(streams).map(([name, windows]) => ({ name, windows: async () => flat(windows) })),
    recipes: Object.entries(recipes).map(([name, shares]) => ({ name, shares })),
    random: Random.fromSeed(1),
    powerIteration: { tolerance: 1e-8, most: 200 },
  });
  await derivatives.dispose();
  const close = (got: number, expected: number) => expect(Math.abs(got / expected - 1)).toBeLessThan(1e-6);
  const ones = [1, 1, 1];
  const overall = meanOf([closedForm('a', ones).middle, closedForm('b', ones).middle]);
  const metric = overall.map((g, i) => {
    const next = (beta2 * moments[i]! + (1 - beta2) * g * g) / (1 - beta2 ** (step + 1));
    return 1 / (Math.sqrt(next) + epsilon);
  });
  for (const [terms, m] of [
    [sgd, ones],
    [adam!, metric],
  ] as const) {
    for (const got of terms.recipes) {
      const expected = closedForm(got.recipe, m);
      close(got.alignment, expected.alignment);
      close(got.covarianceTrace, expected.covarianceTrace);
      close(got.gradientSquared, expected.gradientSquared);
    }
  }
  // The eigenvalue that is largest by size is negative.
  close(sgd.lambdaMax, 6);
  // P^½·A·P^½ has the block [[3p, √(pq)], [√(pq), 3q]] and the entry −6r.
  const [p, q, r] = metric as [number, number, number];
  close(adam!.lambdaMax, Math.max(1.5 * (p + q) + Math.sqrt((1.5 * (p - q)) ** 2 + p * q), 6 * r));

  const [a, b] = [closedForm('a', ones), closedForm('b', ones)];
  const bound = rateBound(sgd, { batch: 2, gradientClip: 0.5, share: 1 });
  const noise = Math.max(a.covarianceTrace, b.covarianceTrace) / 2;
  const gap = Math.abs(a.alignment - b.alignment);
  close(bound.allPairs, gap / (6 * (Math.max(a.gradientSquared, b.gradientSquared) + noise)));
  close(bound.clipped, gap / (6 * 0.25));
  // The recipes differ in 0.75 of both streams, whose errors are independent.
  const error = Object.values(streams).map((windows) => {
    const along = windows.map((w) => product(gradientOf(validation), gradientAt(theta, w.slice(1)), ones));
    const middle = along.reduce((x, y) => x + y, 0) / along.length;
    const squares = along.reduce((sum, x) => sum + (x - middle) ** 2, 0);
    return squares / (along.length - 1) / along.length;
  });
  close(bound.pairs[0]!.gapError!, 0.75 * Math.sqrt(error[0]! + error[1]!));
});

const terms = (recipe: string, share: number) => ({
  recipe,
  shares: { x: share, y: 1 - share },
  alignment: 10 * share,
  gradientSquared: 2,
  covarianceTrace: 8,
});

test('close recipes are a tie, and a share of the other pairs has a bound of its own', () => {
  const recipes = [terms('a', 1), terms('b', 0.9), terms('c', 0.9), terms('d', 0.4)];
  const streams = {
    x: { windows: 100, alignment: 10, alignmentError: 3 },
    y: { windows: 100, alignment: 0, alignmentError: 4 },
  };
  const lambda = { lambdaMax: 5, lambdaError: 0, products: 1 };
  const bound = rateBound({ ...lambda, streams, recipes }, { batch: 4, gradientClip: 1, share: 0.5 });
  const ties = bound.pairs.filter(({ resolved }) => !resolved).map(({ better, worse }) => better + worse);
  // A difference of shares d has the gap 10·d and the error 5·d: any difference is resolved, none is not.
  expect(ties).toEqual(['bc']);
  // Gaps: 6 (ad), 5 (bd, cd), 1 (ab, ac); λ·(G² + σ²/B) is 5·(2 + 2).
  expect(bound.allPairs).toBe(0);
  expect(bound.resolvedPairs).toBeCloseTo(1 / 20, 10);
  expect(bound.keeping!.bound).toBeCloseTo(5 / 20, 10);
  expect(eq58(3, 5, recipes, 4)).toBeCloseTo(3 / 20, 10);
});
