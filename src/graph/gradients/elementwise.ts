/** Gradients of elementwise ops. `sumTo` undoes broadcasting. */
import { add, divide, exp, multiply, negate, scale, sigmoid, step, subtract, sumTo } from '../build.js';
import { normalDensity, normalDistribution } from '../composites/exact-gelu.js';
import { geluGate } from '../composites/gelu.js';
import type { Node, OpName, Tensor } from '../ops.js';
import type { GradientRules } from './rule.js';

/** The result of a rule's own op, as a tensor to build on. */
const self = <K extends OpName>(y: Node<K>): Tensor => y as unknown as Tensor;

export const elementwiseGradients: GradientRules<
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
  add: ({ inputs: [a, b] }, g) => [sumTo(g, a.shape), sumTo(g, b.shape)],
  subtract: ({ inputs: [a, b] }, g) => [sumTo(g, a.shape), sumTo(negate(g), b.shape)],
  multiply: ({ inputs: [a, b] }, g) => [sumTo(multiply(g, b), a.shape), sumTo(multiply(g, a), b.shape)],

  // y = a/b: ∂y/∂a = 1/b, ∂y/∂b = −a/b² = −y/b.
  divide(y, g) {
    const [a, b] = y.inputs;
    const da = divide(g, b);
    return [sumTo(da, a.shape), sumTo(negate(multiply(da, self(y))), b.shape)];
  },

  negate: (_, g) => [negate(g)],
  exp: (y, g) => [multiply(g, self(y))],
  log: ({ inputs: [x] }, g) => [divide(g, x)],

  // y = √x: ∂y/∂x = 1/(2y).
  sqrt: (y, g) => [divide(scale(g, 0.5), self(y))],

  // y = σ(x): ∂y/∂x = σ(x)(1 − σ(x)) = σ(x)·σ(−x), which keeps its precision in both tails.
  sigmoid: (y, g) => [multiply(g, multiply(self(y), sigmoid(negate(y.inputs[0]))))],

  // y = erf(x): ∂y/∂x = 2/√π · exp(−x²).
  erf: ({ inputs: [x] }, g) => [multiply(g, scale(exp(negate(multiply(x, x))), 2 / Math.sqrt(Math.PI)))],

  relu: ({ inputs: [x] }, g) => [multiply(g, step(x))],

  // Flat wherever it has a derivative.
  step: () => [undefined],

  // y = x·s with s = σ(u), u = x(c + k·x²): ∂y/∂x = s + x·s(1 − s)·∂u/∂x = s + (y − y·s)(c + 3k·x²).
  gelu(y, g) {
    const { gate, slope } = geluGate(y.inputs[0]);
    return [multiply(g, gatedSlope(self(y), gate, slope))];
  },

  // y = x·Φ(x): ∂y/∂x = Φ(x) + x·φ(x), with the standard normal distribution Φ and its density φ.
  exactGelu({ inputs: [x] }, g) {
    return [multiply(g, add(normalDistribution(x), multiply(x, normalDensity(x))))];
  },

  // y = x·s with s = σ(x): ∂y/∂x = s + y − y·s.
  silu(y, g) {
    return [multiply(g, gatedSlope(self(y), sigmoid(y.inputs[0])))];
  },
};

/** The derivative of y = x·σ(u): σ + (y − y·σ)·∂u/∂x; ∂u/∂x = 1 when it is left out. */
function gatedSlope(y: Tensor, gate: Tensor, slope?: Tensor): Tensor {
  const rest = subtract(y, multiply(y, gate));
  return add(gate, slope === undefined ? rest : multiply(rest, slope));
}
