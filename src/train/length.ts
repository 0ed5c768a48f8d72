/** How long a run is: whole optimizer steps that hold at least the tokens asked for. */
import type { ProxySpec } from '../records.js';

export interface RunLength {
  /** ceil(tokens asked for / (batch × context)), at least 1. */
  steps: number;
  /** Steps between validations. */
  evaluateEvery: number;
}

/** Validations of a run when the study does not say: 10, evenly spaced, beside the one before the first step. */
const defaultEvaluations = 10;

/** @param parameters of the proxy model, for `tokensPerParameter` */
export function planSteps(
  proxy: Pick<ProxySpec, 'tokens' | 'batch' | 'context' | 'evaluateEvery'>,
  parameters: number,
): RunLength {
  const { tokens, batch, context, evaluateEvery } = proxy;
  const asked = 'budget' in tokens ? tokens.budget : tokens.perParameter * parameters;
  const steps = Math.max(1, Math.ceil(asked / (batch * context)));
  const even = Math.max(1, Math.ceil(steps / defaultEvaluations));
  return { steps, evaluateEvery: Math.min(steps, evaluateEvery ?? even) };
}
