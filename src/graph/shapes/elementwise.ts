/** Elementwise ops keep the shape, or broadcast two. */
import { broadcastShapes, requireFloats } from './check.js';
import type { ShapeRule, ShapeRules } from './rule.js';

type Unary =
  | 'negate'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'sigmoid'
  | 'erf'
  | 'relu'
  | 'step'
  | 'gelu'
  | 'exactGelu'
  | 'silu';
type Binary = 'add' | 'subtract' | 'multiply' | 'divide';

function unary(op: Unary): ShapeRule<Unary> {
  return ([x]) => {
    requireFloats(op, x);
    return { shape: x.shape, dtype: 'float32' };
  };
}

function binary(op: Binary): ShapeRule<Binary> {
  return ([a, b]) => {
    requireFloats(op, a, b);
    return { shape: broadcastShapes(op, a.shape, b.shape), dtype: 'float32' };
  };
}

export const elementwiseShapes: ShapeRules<Unary | Binary> = {
  add: binary('add'),
  subtract: binary('subtract'),
  multiply: binary('multiply'),
  divide: binary('divide'),
  negate: unary('negate'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  sigmoid: unary('sigmoid'),
  erf: unary('erf'),
  relu: unary('relu'),
  step: unary('step'),
  gelu: unary('gelu'),
  exactGelu: unary('exactGelu'),
  silu: unary('silu'),
};
