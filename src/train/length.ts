/** How long a run is: whole optimizer steps that hold at least the tokens asked for. */
import type { ProxySpec } from '../records.js';

export interface RunLength {
  steps: number;
  /** steps × batch: what the recipe has to offer. */
  windows: number;
  /** windows × context: tokens trained on. */
  tokens: number;
}

/** @param parameters of the proxy model, for `tokensPerParameter` */
export function runLength(
  proxy: Pick<ProxySpec, 'tokens' | 'batch' | 'context'>,
  parameters: number,
): RunLength {
  const { tokens, batch, context } = proxy;
  const asked = 'budget' in tokens ? tokens.budget : tokens.perParameter * parameters;
  const steps = Math.max(1, Math.ceil(asked / (batch * context)));
  return { steps, windows: steps * batch, tokens: steps * batch * context };
}

/** Evaluations of a run when the study does not say: 20, evenly spaced, beside the one before the first step. */
const defaultEvaluations = 20;

/** Steps between validations. */
export function evaluationInterval(evaluateEvery: number | undefined, steps: number): number {
  return Math.min(steps, evaluateEvery ?? Math.max(1, Math.ceil(steps / defaultEvaluations)));
}
