/** Curvature and alignment of a small transformer against what can be computed without them. */
import { expect, test } from 'vitest';
import { CompiledGraph } from '../../src/graph/index.js';
import {
  buildModel,
  exampleGradientNorms,
  hessianVectorGraph,
  hessianVectorProduct,
} from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import { boundTerms, OnnxDerivatives } from '../../src/rate/index.js';
import { meanLoss } from '../../src/validation/index.js';
import { evaluate } from '../graph/finite-differences.js';
import { startingWeights, windowsOf } from '../model/hashed.js';
import { cases, modelOf, readFixture, weightsOf } from '../model/parity-fixtures.js';

const model = buildModel(
  { family: 'gpt2', layers: 1, width: 4, heads: 2, mlpWidth: 8 },
  { vocabularySize: 7, context: 5 },
);
const weights = new Map(
  model.parameters.map(({ name, shape }) => [name, startingWeights('gpt2', name, shape)]),
);
const windows = (name: string, count: number): Int32Array =>
  windowsOf(name, count * (model.context + 1), model.vocabularySize);
const validation = meanLoss(windows('validation', 3), model.context);
const batch = windows('training', 2);

const options = {
  microBatch: 4,
  threads: 1,
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, gradientClip: 1 },
};
const none = new Map<string, Float32Array>();

async function terms() {
  const state = { step: 1, parameters: weights, firstMoments: none, secondMoments: none };
  const derivatives = new OnnxDerivatives(model, state, options);
  const found = await boundTerms(derivatives, {
    model,
    validation,
    streams: [{ name: 'x', windows: async () => batch }],
    recipes: [{ name: 'a', shares: { x: 1 } }],
    random: Random.fromSeed(1),
  });
  await derivatives.dispose();
  return found;
}

/** The largest absolute eigenvalue of a symmetric matrix, by Jacobi's rotations. */
function largestEigenvalue(matrix: Float64Array[]): number {
  const n = matrix.length;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = matrix[p]![q]!;
        if (Math.abs(apq) < 1e-12) continue;
        off += apq * apq;
        const angle = (matrix[q]![q]! - matrix[p]![p]!) / (2 * apq);
        const t = Math.sign(angle || 1) / (Math.abs(angle) + Math.sqrt(angle * angle + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [matrix[k]![p]!, matrix[k]![q]!];
          matrix[k]![p] = c * kp - s * kq;
          matrix[k]![q] = s * kp + c * kq;
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [matrix[p]![k]!, matrix[q]![k]!];
          matrix[p]![k] = c * pk - s * qk;
          matrix[q]![k] = s * pk + c * qk;
        }
      }
    }
    if (off < 1e-16) break;
  }
  return Math.max(...matrix.map((row, i) => Math.abs(row[i]!)));
}

test('power iteration finds the top eigenvalue of the whole Hessian matrix within 1 %', async () => {
  const names = [...weights.keys()];
  const sizes = names.map((name) => weights.get(name)!.length);
  const total = sizes.reduce((a, b) => a + b, 0);
  const count = 3 * model.context;
  const graph = await CompiledGraph.compile(hessianVectorGraph(model.forward(3)));
  const columns: Float64Array[] = [];
  for (const [k, size] of sizes.entries()) {
    for (let i = 0; i < size; i++) {
      const direction = names.map((other, j) => [`direction:${other}`, new Float32Array(sizes[j]!)] as const);
      direction[k]![1][i] = 1;
      const outputs = await graph.call({
        ...Object.fromEntries([...weights, ...direction]),
        windows: validation.windows,
        weights: new Float32Array(count).fill(1 / count),
      });
      columns.push(Float64Array.from(names.flatMap((other) => [...outputs[`product:${other}`]!])));
    }
  }
  await graph.dispose();
  const symmetric = columns.map((column, i) => column.map((x, j) => (x + columns[j]![i]!) / 2));
  expect(total).toBeGreaterThan(200);
  const dense = largestEigenvalue(symmetric);
  const { sgd } = await terms();
  expect(Math.abs(sgd.lambdaMax / dense - 1)).toBeLessThan(0.01);
}, 300_000);

test('the alignment is how fast the validation loss falls along a step on the batch', async () => {
  const { sgd } = await terms();
  const { gradient } = await hessianVectorProduct(model, weights, batch, weights);
  const lossAfter = async (rate: number): Promise<number> => {
    const moved = [...weights].map(
      ([name, values]) => [name, values.map((x, i) => x - rate * gradient.get(name)![i]!)] as const,
    );
    const { outputs } = model.forward(3);
    const { tokenLosses } = await evaluate(
      { tokenLosses: outputs.tokenLosses! },
      {
        ...Object.fromEntries(moved),
        windows: validation.windows,
        weights: new Float32Array(3 * model.context).fill(1),
      },
    );
    return tokenLosses!.reduce((sum, loss) => sum + loss, 0) / tokenLosses!.length;
  };
  const h = 2e-3;
  const [f1, f2, f3, f4] = [
    await lossAfter(h),
    await lossAfter(-h),
    await lossAfter(2 * h),
    await lossAfter(-2 * h),
  ];
  const slope = (4 * ((f1 - f2) / (2 * h)) - (f3 - f4) / (4 * h)) / 3;
  expect(Math.abs(-slope / sgd.recipes[0]!.alignment - 1)).toBeLessThan(2e-3);
}, 60_000);

test.each(cases)(
  '%s: noise and squared gradient agree with the norms of single windows, and curvature is finite',
  async (name) => {
    const fixture = readFixture(`parity-${name}`);
    const model = modelOf(fixture);
    const parameters = weightsOf(fixture);
    const windows = windowsOf('windows', 3 * (model.context + 1), model.vocabularySize);
    const moments = new Map([...parameters].map(([key, { length }]) => [key, new Float32Array(length)]));
    const state = { step: 0, parameters, firstMoments: moments, secondMoments: moments };
    const derivatives = new OnnxDerivatives(model, state, options);
    const { sgd, adam } = await boundTerms(derivatives, {
      model,
      validation: meanLoss(windows, model.context),
      streams: [{ name: 'x', windows: async () => windows }],
      recipes: [{ name: 'a', shares: { x: 1 } }],
      random: Random.fromSeed(1),
      powerIteration: { most: 3 },
    });
    await derivatives.dispose();
    // E‖g‖² = ‖E g‖² + tr(Σ); here the data are the validation data, so that a is ‖mean g‖², too large by tr(Σ)/3.
    const norms = await exampleGradientNorms(model, parameters, windows);
    const meanSquare = norms.reduce((sum, norm) => sum + norm ** 2, 0) / norms.length;
    const [terms] = sgd.recipes;
    const { alignment, covarianceTrace, gradientSquared } = terms!;
    expect(alignment / (meanSquare - (2 / 3) * covarianceTrace)).toBeCloseTo(1, 3);
    expect(gradientSquared).toBeCloseTo(Math.max(0, alignment - covarianceTrace / 3), 4);
    expect(sgd.lambdaMax).toBeGreaterThan(0);
    expect(Number.isFinite(adam!.lambdaMax)).toBe(true);
    expect(adam!.recipes[0]!.alignment).toBeGreaterThan(0);
  },
  60_000,
);
