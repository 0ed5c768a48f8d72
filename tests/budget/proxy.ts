/** A proxy as a study file gives it, for tests of budgets. */
import type { ProxySpec } from '../../src/records.js';

export function proxyOf(
  changes: Partial<ProxySpec<number | 'tiny'>> = {},
): ProxySpec<number | 'tiny'> & { name: string } {
  return {
    name: '2x32',
    model: { family: 'gpt2', layers: 2, width: 32, heads: 2, mlpWidth: 128 },
    learningRate: 'tiny',
    tokens: { perParameter: 20 },
    batch: 16,
    context: 128,
    seeds: 3,
    weightDecay: 0.1,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    gradientClip: 1,
    stableShare: 0.66,
    order: 'paired',
    ...changes,
  };
}
