/** How many tokens to validate on. */

/** A forward pass costs about a third of a training step per token. */
const forwardShare = 1 / 3;
/** Aim of validation's cost as a share of training's: under 15 %, with room for padding and other overheads. */
const costShare = 0.12;

/**
 * Tokens per domain for which all validations of a run stay under 15 % of the cost of its training.
 * @param run.trainTokens tokens that a run trains on
 * @param run.evaluations validations of a run, those at step 0 and at the end counted
 * @param run.domains validation domains
 */
export function evaluationBudget(run: { trainTokens: number; evaluations: number; domains: number }): number {
  const tokens = (costShare * run.trainTokens) / forwardShare / (run.evaluations * run.domains);
  return Math.max(1, Math.floor(tokens));
}
