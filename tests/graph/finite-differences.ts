/**
 * Gradients against finite differences.
 *
 * The loss Σ cᵢ·yᵢ is summed in float64 outside the graph, with fixed random c, so that only y itself is float32.
 * The difference formula is of fourth order, (8(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h: its steps can be large
 * enough for float32, with a truncation error that is still far below the tolerance.
 */
import {
  type Array32,
  build,
  CompiledGraph,
  gradients,
  graphOf,
  type Tensor,
} from '../../src/graph/index.js';
import { Random } from '../../src/random.js';

export interface Leaves {
  [name: string]: { tensor: Tensor; values: Array32 };
}

const difference = 0.02;

/** Σ c·y in float64, for random c that depends on the length only. */
function weightsFor(length: number): Float64Array {
  const random = Random.fromSeed('loss weights');
  return Float64Array.from({ length }, () => random.uniform() * 2 - 1);
}

/** The largest error of ∂(Σ c·y)/∂leaf, relative to the largest entry of that gradient, over all float leaves. */
export async function gradientError(y: Tensor, leaves: Leaves): Promise<number> {
  const floats = Object.entries(leaves).filter(([, { tensor }]) => tensor.dtype === 'float32');
  const feeds = Object.fromEntries(Object.entries(leaves).map(([name, { values }]) => [name, values]));
  const { loss, c, cName } = weightedSum(y);
  const found = gradients(
    loss,
    floats.map(([, { tensor }]) => tensor),
  );
  const names = floats.map(([name]) => name);
  const analytic = await evaluate(Object.fromEntries(names.map((name, i) => [`∂${name}`, found[i]!])), {
    ...feeds,
    [cName]: Float32Array.from(c),
  });

  const forward = await CompiledGraph.compile(graphOf({ y }));
  const lossAt = async (): Promise<number> => {
    const result = (await forward.call(feeds)).y!;
    return result.reduce((total, value, i) => total + Math.fround(c[i]!) * value, 0);
  };
  let worst = 0;
  for (const name of names) {
    const values = feeds[name]!;
    const numeric: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const kept = values[i]!;
      const at = async (steps: number): Promise<[moved: number, loss: number]> => {
        values[i] = kept + steps * difference;
        return [values[i]! - kept, await lossAt()];
      };
      const [[h1, f1], [h2, f2], [h3, f3], [h4, f4]] = [await at(1), await at(-1), await at(2), await at(-2)];
      values[i] = kept;
      const near = (f1 - f2) / (h1 - h2);
      const far = (f3 - f4) / (h3 - h4);
      numeric.push((4 * near - far) / 3);
    }
    worst = Math.max(worst, relativeError(analytic[`∂${name}`]!, numeric));
  }
  await forward.dispose();
  return worst;
}

/** The gradients of Σ c·y with respect to all float leaves, as one vector: differentiable in its turn. */
export function gradientVector(y: Tensor, leaves: Leaves): { gradient: Tensor; leaves: Leaves } {
  const { loss, c, cName, cTensor } = weightedSum(y);
  const floats = Object.values(leaves).filter(({ tensor }) => tensor.dtype === 'float32');
  const parts = gradients(
    loss,
    floats.map(({ tensor }) => tensor),
  );
  const flat = parts.map((part) => build.reshape(part, [part.shape.reduce((a, b) => a * b, 1)]));
  return {
    gradient: build.concatenate(flat, 0),
    leaves: { ...leaves, [cName]: { tensor: cTensor, values: Float32Array.from(c) } },
  };
}

export async function evaluate(
  outputs: Record<string, Tensor>,
  feeds: Record<string, Array32>,
): Promise<Record<string, Float32Array>> {
  const compiled = await CompiledGraph.compile(graphOf(outputs));
  const results = await compiled.call(feeds);
  await compiled.dispose();
  return results;
}

function weightedSum(y: Tensor): { loss: Tensor; c: Float64Array; cName: string; cTensor: Tensor } {
  const cName = `c of ${y.op} [${y.shape}]`;
  const cTensor = build.input(cName, y.shape);
  return {
    loss: build.sum(build.multiply(cTensor, y)),
    c: weightsFor(y.shape.reduce((a, b) => a * b, 1)),
    cName,
    cTensor,
  };
}

/** max |found − expected| / max |expected|; the plain error where the expected gradient vanishes. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(found[i]! - expected[i]!));
    size = Math.max(size, Math.abs(expected[i]!));
  }
  if (!Number.isFinite(error) || found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return error / (size > 1e-3 ? size : 1);
}
