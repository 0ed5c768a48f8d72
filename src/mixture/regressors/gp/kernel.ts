/** Stationary kernels as functions of the squared scaled distance r², with the derivative that every gradient needs. */
import { expNegative } from '../../linear-algebra/exp-negative.js';

export const kernelNames = ['squared-exponential', 'matern-5/2'] as const;
export type KernelName = (typeof kernelNames)[number];

/**
 * Replaces r² (which rounding may have left a little below 0) at `from` … `to` − 1 of `values` by k(r²), which is 1 at 0, and writes dk/d(r²) to the same places of
 * `slopes` where it is given. Many at a time, since a call for each pair of rows would cost as much as the kernel.
 */
export type Kernel = (values: Float64Array, from: number, to: number, slopes?: Float64Array) => void;

/** Rasmussen and Williams, Gaussian Processes for Machine Learning, eq. 4.9 and 4.17. */
export const kernels: Record<KernelName, Kernel> = {
  'squared-exponential': (values, from, to, slopes) => {
    for (let at = from; at < to; at++) values[at] = expNegative(-0.5 * values[at]!);
    if (slopes !== undefined) for (let at = from; at < to; at++) slopes[at] = -0.5 * values[at]!;
  },
  'matern-5/2': (values, from, to, slopes) => {
    for (let at = from; at < to; at++) {
      const a = Math.sqrt(5 * Math.max(0, values[at]!));
      const decay = expNegative(-a);
      values[at] = (1 + a + (a * a) / 3) * decay;
      if (slopes !== undefined) slopes[at] = (-5 / 6) * (1 + a) * decay;
    }
  },
};
