/** The loss of every token of a text under given weights. */
import { AssayError, ExitCode } from '../errors.js';
import { CompiledGraph, eliminateDeadCode } from '../graph/index.js';
import { buildModel } from './build.js';
import type { Model } from './model.js';
import { requireKnownTokens, weightFeeds } from './weights.js';

export interface TextLosses {
  /** Tokens predicted per window. */
  context: number;
  /** Cross-entropy of tokens 1, 2, … in nats; token 0 is not predicted. */
  losses: Float32Array;
}

/**
 * Window w is tokens w · context to w · context + context: consecutive windows share one token, so every token but the
 * first is predicted exactly once, from those before it in its window.
 *
 * @param parameters by name; of learned positions, the first `context` are used
 * @param context at most the model's; a shorter text makes it shorter
 * @throws AssayError when there is nothing to predict, an id is not in the vocabulary, or the context is too long
 */
export async function textLosses(
  { config, vocabularySize, context: longest }: Model,
  parameters: ReadonlyMap<string, Float32Array>,
  tokens: Uint32Array,
  { context: asked = longest, threads = 1 }: { context?: number; threads?: number } = {},
): Promise<TextLosses> {
  if (tokens.length < 2) {
    throw new AssayError('text', 'nothing to predict', {
      expected: 'at least 2 tokens',
      got: String(tokens.length),
    });
  }
  if (asked > longest) {
    throw new AssayError('context', 'longer than the model allows', {
      expected: `at most ${longest} tokens`,
      got: String(asked),
      exitCode: ExitCode.usage,
    });
  }
  requireKnownTokens('text', tokens, vocabularySize);
  const count = tokens.length - 1;
  const context = Math.min(asked, count);
  const model = buildModel(config, { vocabularySize, context });
  const graph = await CompiledGraph.compile(eliminateDeadCode(model.forward(1), ['tokenLosses']), {
    threads,
  });
  try {
    const feeds = { ...weightFeeds(model, parameters), weights: new Float32Array(context).fill(1) };
    const losses = new Float32Array(count);
    for (let start = 0; start < count; start += context) {
      const windows = new Int32Array(context + 1); // the last one is filled up with token 0, whose losses are left out
      windows.set(tokens.subarray(start, start + context + 1));
      const { tokenLosses } = await graph.call({ ...feeds, windows });
      losses.set(tokenLosses!.subarray(0, Math.min(context, count - start)), start);
    }
    return { context, losses };
  } finally {
    await graph.dispose();
  }
}
