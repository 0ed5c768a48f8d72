/** The shapes of the passes that score continuations: few, so that few graphs are compiled, and bounded in memory. */
import type { Model } from './model.js';

export interface PassShape {
  /** Windows per pass. */
  batch: number;
  /** Tokens predicted per window, of which the last ones that are not filling are scored. */
  context: number;
  /** Tokens scored per window. */
  scored: number;
}

/** Shapes below these are not worth a graph of their own. */
const shortestContext = 32;
const fewestScored = 8;
/** Tokens of a pass: larger ones are no faster. */
const enoughTokens = 2048;

/**
 * Both lengths are rounded up to powers of two. As many windows as fit into 2048 tokens and `activationBytes`, at
 * least one.
 * @param predicted tokens of the item but the first
 * @param scored its last tokens that are scored
 */
export function passShape(
  model: Model,
  predicted: number,
  scored: number,
  activationBytes: number,
): PassShape {
  const context = Math.min(model.context, Math.max(shortestContext, powerOfTwo(predicted)));
  const count = Math.min(context, Math.max(fewestScored, powerOfTwo(scored)));
  const fitting = Math.floor(activationBytes / windowBytes(model, context, count));
  const batch = Math.max(1, Math.min(fitting, Math.floor(enoughTokens / context)));
  return { batch, context, scored: count };
}

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/**
 * Estimated bytes of one window's activations: those of one layer at a time, and three arrays of logits. Measured for
 * gpt2-small in passes of 64 to 2048 tokens: 10 % less to 30 % more.
 */
function windowBytes({ config, cost, vocabularySize }: Model, context: number, scored: number): number {
  const layer = 2 * cost.activations + 3 * config.heads * context;
  return 4 * (context * layer + 3 * scored * vocabularySize);
}
