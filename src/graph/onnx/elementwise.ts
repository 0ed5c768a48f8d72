/** ONNX for elementwise ops. */
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
  gelu: {
    emit: (emitter, _, inputs) =>
      emitter.call({ type: 'Gelu', inputs, attributes: { approximate: { string: 'tanh' } } }),
  },
  exactGelu: direct('Gelu'),
  // QuickGelu is x·σ(alpha·x).
  silu: {
    emit: (emitter, _, inputs) =>
      emitter.call({
        type: 'QuickGelu',
        domain: 'com.microsoft',
        inputs,
        attributes: { alpha: { float: 1 } },
      }),
  },
};
