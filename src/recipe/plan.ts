/** A run's plan on disk: `plan/phase-0.json`, and `plan/phase-0.bin` with the source of every window. */
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Random } from '../random.js';
import type { PlanPhase, Recipe, TokenStore } from '../records.js';
import { hashOf, stageVersions, writeMarked } from '../store/index.js';
import type { DocumentOrder } from './order.js';
import { interleave } from './sequence.js';

export interface PlanInput {
  recipe: Recipe;
  context: number;
  /** The run's order and token store of each source of the recipe. */
  sources: Record<
    string,
    { order: DocumentOrder; store: Pick<TokenStore, 'folder' | 'hash' | 'tokenBytes' | 'inPlace'> }
  >;
  /** Decides how sources interleave; the same for every recipe with the same seed when the order is paired. */
  random: Random;
}

/** Writes phase 0 of a run's plan, or finds it there. */
export async function writePlan(runFolder: string, input: PlanInput): Promise<PlanPhase> {
  const { recipe, context, sources, random } = input;
  const used = recipe.sources.filter(({ windows }) => windows > 0);
  const sequence = interleave(used, random);
  const hash = hashOf({
    stage: stageVersions.plan,
    context,
    sequence: createHash('sha256').update(sequence).digest('hex'),
    sources: used.map(({ source }) => ({
      source,
      order: sources[source]!.order.hash,
      store: sources[source]!.store.hash,
    })),
  });
  const phase: PlanPhase = {
    hash,
    context,
    windows: sequence.length,
    sources: used.map(({ source, windows, share }) => {
      const { order, store } = sources[source]!;
      return {
        source,
        windows,
        share,
        order: relative(runFolder, order.path),
        tokens:
          store.inPlace?.map((file) => ({ ...file, path: relative(runFolder, file.path) })) ??
          relative(runFolder, join(store.folder, 'tokens.bin')),
        tokenBytes: store.tokenBytes,
      };
    }),
  };
  await writeMarked(join(runFolder, 'plan'), 'phase-0.json', phase, { 'phase-0.bin': sequence });
  return phase;
}

/** Windows of each source as a share of all windows. */
export function realisedShares(phase: PlanPhase): Record<string, number> {
  return Object.fromEntries(phase.sources.map(({ source, windows }) => [source, windows / phase.windows]));
}
