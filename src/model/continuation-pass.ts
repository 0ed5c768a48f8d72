/** A compiled pass that scores some continuations at once. */
import { CompiledGraph } from '../graph/index.js';
import { buildModel } from './build.js';
import { continuationGraph } from './continuation-graph.js';
import type { PassShape } from './continuation-shapes.js';
import type { Model } from './model.js';
import { weightFeeds } from './weights.js';

/** A continuation and what it is predicted from. */
export interface Item {
  /** What is given, at least one token, and then the continuation. */
  tokens: Uint32Array;
  /** How many of them, at the end, are the continuation. */
  scored: number;
}

export interface ItemScore {
  /** Nats. */
  losses: Float32Array;
  /** Tokens of a higher logit. */
  ranks: Float32Array;
}

export interface ContinuationPass {
  /** @param items at most `batch`; the rest of the windows is token 0 */
  score(items: readonly Item[]): Promise<ItemScore[]>;
  dispose(): Promise<void>;
}

export async function compileContinuationPass(
  { config, vocabularySize }: Model,
  parameters: ReadonlyMap<string, Float32Array>,
  { batch, context, scored }: PassShape,
  threads: number,
): Promise<ContinuationPass> {
  const model = buildModel(config, { vocabularySize, context });
  const weights = weightFeeds(model, parameters);
  const graph = await CompiledGraph.compile(continuationGraph(model, batch, batch * scored), { threads });
  return {
    score: async (items) => {
      const windows = new Int32Array(batch * (context + 1));
      const rows = new Int32Array(batch * scored);
      const targets = new Int32Array(batch * scored);
      for (const [w, { tokens, scored: count }] of items.entries()) {
        const first = tokens.length - count;
        windows.set(tokens, w * (context + 1));
        targets.set(tokens.subarray(first), w * scored);
        for (let i = 0; i < count; i++) rows[w * scored + i] = w * context + first - 1 + i;
      }
      const { losses, ranks } = await graph.call({ ...weights, windows, rows, targets });
      return items.map((item, w) => {
        const range = [w * scored, w * scored + item.scored] as const;
        return { losses: losses!.subarray(...range), ranks: ranks!.subarray(...range) };
      });
    },
    dispose: () => graph.dispose(),
  };
}
