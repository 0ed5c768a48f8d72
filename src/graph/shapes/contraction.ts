/** Matrix products, linear layers and attention. */
import type { Shape, Tensor } from '../ops.js';
import { requireFloats, sameShape, shapeError, showShape, showType } from './check.js';
import type { ShapeRules } from './rule.js';

const isCount = (x: number): boolean => Number.isInteger(x) && x >= 1;

/** The last two axes, as they take part in a product. */
function matrix(x: Tensor, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

export const contractionShapes: ShapeRules<'matmul' | 'addMatmul' | 'linear' | 'causalAttention' | 'rotary'> =
  {
    matmul([a, b], { transposeA, transposeB }) {
      requireFloats('matmul', a, b);
      const batchA: Shape = a.shape.slice(0, -2);
      const batchB: Shape = b.shape.slice(0, -2);
      const batchesFit = batchA.length === 0 || batchB.length === 0 || sameShape(batchA, batchB);
      const got = `${showType(a)}${transposeA ? 'ᵀ' : ''} · ${showType(b)}${transposeB ? 'ᵀ' : ''}`;
      if (a.shape.length < 2 || b.shape.length < 2 || !batchesFit) {
        throw shapeError('matmul', 'matrices with equal leading axes, or none on one side', got);
      }
      const [m, k] = matrix(a, transposeA);
      const [k2, n] = matrix(b, transposeB);
      if (k !== k2) throw shapeError('matmul', '[…, m, k] · […, k, n]', got);
      return { shape: [...(batchA.length > 0 ? batchA : batchB), m, n], dtype: 'float32' };
    },

    addMatmul([c, a, b], { transposeA, transposeB }) {
      requireFloats('addMatmul', c, a, b);
      const got = `${showType(c)} + ${showType(a)} · ${showType(b)}`;
      if (a.shape.length !== 2 || b.shape.length !== 2) throw shapeError('addMatmul', 'two matrices', got);
      const [m, k] = matrix(a, transposeA);
      const [k2, n] = matrix(b, transposeB);
      if (k !== k2 || !(sameShape(c.shape, [m, n]) || sameShape(c.shape, [n]))) {
        throw shapeError('addMatmul', '[m, n] or [n] + [m, k] · [k, n]', got);
      }
      return { shape: [m, n], dtype: 'float32' };
    },

    linear([x, weight, bias], { transposeWeight }) {
      requireFloats('linear', x, weight, ...(bias === undefined ? [] : [bias]));
      const got = [x, weight, ...(bias === undefined ? [] : [bias])].map(showType).join(', ');
      if (x.shape.length < 1 || weight.shape.length !== 2) {
        throw shapeError('linear', 'x […, in], weight [in, out], bias [out]', got);
      }
      const [inWidth, outWidth] = matrix(weight, transposeWeight);
      if (x.shape.at(-1) !== inWidth || (bias !== undefined && !sameShape(bias.shape, [outWidth]))) {
        throw shapeError('linear', `x […, ${inWidth}] and bias [${outWidth}]`, got);
      }
      return { shape: [...x.shape.slice(0, -1), outWidth], dtype: 'float32' };
    },

    causalAttention([query, key, value], { heads, keyValueHeads, window }) {
      requireFloats('causalAttention', query, key, value);
      const shape = query.shape;
      const divides = isCount(heads) && isCount(keyValueHeads) && heads % keyValueHeads === 0;
      if (shape.length !== 3 || !divides || shape[2]! % heads !== 0) {
        const got = `${heads} heads (${keyValueHeads}) of ${[query, key, value].map(showType).join(', ')}`;
        throw shapeError('causalAttention', 'three [batch, t, width] with heads that divide width', got);
      }
      const shared = [shape[0]!, shape[1]!, (shape[2]! / heads) * keyValueHeads];
      if (!sameShape(key.shape, shared) || !sameShape(value.shape, shared)) {
        const got = [key, value].map(showType).join(', ');
        throw shapeError('causalAttention', `key and value ${showShape(shared)}`, got);
      }
      if (!isCount(window)) throw shapeError('causalAttention', 'a window of at least 1', String(window));
      return { shape, dtype: 'float32' };
    },

    rotary([x], { heads, dimensions }) {
      requireFloats('rotary', x);
      const size = (x.shape[2] ?? 0) / heads;
      const fits = isCount(heads) && isCount(size) && isCount(dimensions / 2) && dimensions <= size;
      if (x.shape.length !== 3 || !fits) {
        const expected = '[batch, t, heads · size] and an even number of dimensions ≤ size';
        throw shapeError('rotary', expected, `${showType(x)}, ${heads} heads, ${dimensions} dimensions`);
      }
      return { shape: x.shape, dtype: 'float32' };
    },
  };
