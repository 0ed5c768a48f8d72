/** ONNX for elementwise ops. */
import { multiply, sigmoid } from '../build.js';
import { expandExactGelu } from '../composites/exact-gelu.js';
import { expandGelu } from '../composites/gelu.js';
import { direct, type Lowerings } from './rule.js';

export const elementwiseLowerings: Lowerings<
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
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
  | 'silu'
> = {
  add: direct('Add'),
  subtract: direct('Sub'),
  multiply: direct('Mul'),
  divide: direct('Div'),
  negate: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  sigmoid: direct('Sigmoid'),
  erf: direct('Erf'),
  relu: direct('Relu'),
  // sign(max(x, 0)).
  step: {
    emit: (emitter, _, inputs) =>
      emitter.call({ type: 'Sign', inputs: [emitter.call({ type: 'Relu', inputs })] }),
  },
  gelu: { expand: ({ inputs: [x] }) => expandGelu(x) },
  exactGelu: { expand: ({ inputs: [x] }) => expandExactGelu(x) },
  silu: { expand: ({ inputs: [x] }) => multiply(x, sigmoid(x)) },
};
