/** ONNX for elementwise ops. */
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
  | 'relu'
  | 'step'
  | 'gelu'
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
  relu: direct('Relu'),
  // sign(max(x, 0)).
  step: {
    emit: (emitter, _, inputs) =>
      emitter.call({ type: 'Sign', inputs: [emitter.call({ type: 'Relu', inputs })] }),
  },
  gelu: { expand: ({ inputs: [x] }) => expandGelu(x) },
};
