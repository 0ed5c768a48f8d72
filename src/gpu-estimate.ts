/** What a study's arithmetic would take on a GPU: an estimate from published rates, not a measurement. */

/**
 * Peak rates of one NVIDIA H100 SXM in FLOP/s, dense: NVIDIA H100 Tensor Core GPU architecture white paper (2022), and
 * the data sheet's 67, 989 and 1,979 TFLOPS, of which the last two are given with sparsity and are twice the dense rate.
 */
const peakFlops = { fp32: 66.9e12, tf32: 494.7e12, bf16: 989.4e12 };

/** Share of the peak that a well-written trainer of small models reaches; nothing in a study can tell it. */
const utilisation = 0.4;

export interface GpuEstimate {
  device: 'NVIDIA H100 SXM';
  /** Assumed, as a share of the peak rate. */
  utilisation: number;
  /** GPU-hours of training by the precision of its matrix products. */
  hours: Record<keyof typeof peakFlops, number>;
}

/** @param flops of all runs */
export function estimateGpu(flops: number): GpuEstimate {
  const hours = (peak: number) => flops / (peak * utilisation) / 3600;
  return {
    device: 'NVIDIA H100 SXM',
    utilisation,
    hours: { fp32: hours(peakFlops.fp32), tf32: hours(peakFlops.tf32), bf16: hours(peakFlops.bf16) },
  };
}

/** The arithmetic of so many GPU-hours in fp32, the precision of the paper's proxies. */
export function gpuFlops(hours: number): number {
  return hours * 3600 * peakFlops.fp32 * utilisation;
}
