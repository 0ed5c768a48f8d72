/** Gradients of ops that move numbers: each is the transpose of the move. */
import { broadcast, pad, reshape, slice, sumTo, transpose } from '../build.js';
import type { GradientRules } from './rule.js';

export const layoutGradients: GradientRules<
  'reshape' | 'transpose' | 'slice' | 'pad' | 'concatenate' | 'broadcast' | 'reduceSum' | 'after'
> = {
  reshape: ({ inputs: [x] }, g) => [reshape(g, x.shape)],

  transpose({ attributes: { permutation } }, g) {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [transpose(g, inverse)];
  },

  slice({ inputs: [x], attributes: { axis, start, end } }, g) {
    return [pad(g, axis, start, x.shape[axis]! - end)];
  },

  pad({ inputs: [x], attributes: { axis, before } }, g) {
    return [slice(g, axis, before, before + x.shape[axis]!)];
  },

  concatenate({ inputs, attributes: { axis } }, g) {
    let start = 0;
    return inputs.map((x) => {
      const end = start + x.shape[axis]!;
      const part = slice(g, axis, start, end);
      start = end;
      return part;
    });
  },

  broadcast: ({ inputs: [x] }, g) => [sumTo(g, x.shape)],

  reduceSum({ inputs: [x], attributes: { axes } }, g) {
    const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    return [broadcast(reshape(g, kept), x.shape)];
  },

  after: (_, g) => [g, undefined],
};
