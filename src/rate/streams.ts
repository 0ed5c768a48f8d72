/** The streams of documents that recipes are mixed from, and one recipe made of all recipes in equal parts. */
import { apportion, type PlanInput } from '../recipe/index.js';
import type { Recipe, RecipeSource } from '../records.js';

/** A recipe that has met the data, with the order of each of its sources. */
export interface OrderedRecipe {
  recipe: Recipe;
  sources: PlanInput['sources'];
}

/** Documents in an order, as one recipe or more have them. */
export interface Stream {
  name: string;
  /** `windows` and `share` are the largest that a recipe takes. */
  part: RecipeSource;
  input: PlanInput['sources'][string];
  /** Share of each recipe's windows, by recipe. */
  shares: Record<string, number>;
}

/** Recipes that keep the same documents of a source have one stream in common. */
export function distinctStreams(recipes: readonly OrderedRecipe[]): Stream[] {
  const streams = new Map<string, Stream>();
  const names = new Set<string>();
  for (const { recipe, sources } of recipes) {
    for (const part of recipe.sources) {
      if (part.windows === 0) continue;
      const input = sources[part.source]!;
      let stream = streams.get(input.order.hash);
      if (stream === undefined) {
        const name = names.has(part.source) ? `${part.source}.${streams.size}` : part.source;
        names.add(name);
        stream = { name, part, input, shares: {} };
        streams.set(input.order.hash, stream);
      }
      if (part.windows > stream.part.windows) stream.part = part;
      stream.shares[recipe.name] = (stream.shares[recipe.name] ?? 0) + part.realisedShare;
    }
  }
  return [...streams.values()];
}

/** A plan has a byte for the source of a window. */
const mostStreams = 255;

/**
 * The recipe that takes as much from each stream as all of these recipes do on average: where the rate is tuned and
 * models are warmed up, so that none is favoured. Beyond 255 streams those with the smallest shares are left out.
 * @param windows no more than of each recipe
 */
export function equalShares(streams: readonly Stream[], name: string, windows: number): OrderedRecipe {
  const share = ({ shares }: Stream): number => Object.values(shares).reduce((sum, one) => sum + one, 0);
  const kept = [...streams].sort((a, b) => share(b) - share(a)).slice(0, mostStreams);
  const total = kept.reduce((sum, stream) => sum + share(stream), 0);
  const counts = apportion(windows, kept.map(share));
  return {
    recipe: {
      name,
      sources: kept.map((stream, i) => ({
        ...stream.part,
        source: stream.name,
        share: share(stream) / total,
        windows: counts[i]!,
        realisedShare: counts[i]! / windows,
      })),
    },
    sources: Object.fromEntries(kept.map(({ name, input }) => [name, input])),
  };
}
