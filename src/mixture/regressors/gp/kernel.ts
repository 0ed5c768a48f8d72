/** Stationary kernels as functions of the squared scaled distance r², with the derivative that every gradient needs. */

export const kernelNames = ['squared-exponential', 'matern-5/2'] as const;
export type KernelName = (typeof kernelNames)[number];

export interface Kernel {
  /** k(r²); 1 at 0. */
  value(squared: number): number;
  /** dk/d(r²), given k. */
  slope(squared: number, value: number): number;
}

/** Rasmussen and Williams, Gaussian Processes for Machine Learning, eq. 4.9 and 4.17. */
export const kernels: Record<KernelName, Kernel> = {
  'squared-exponential': {
    value: (squared) => Math.exp(-0.5 * squared),
    slope: (_, value) => -0.5 * value,
  },
  'matern-5/2': {
    value: (squared) => {
      const a = Math.sqrt(5 * squared);
      return (1 + a + (a * a) / 3) * Math.exp(-a);
    },
    slope: (squared, value) => {
      const a = Math.sqrt(5 * squared);
      return ((-5 / 6) * (1 + a) * value) / (1 + a + (a * a) / 3);
    },
  },
};
