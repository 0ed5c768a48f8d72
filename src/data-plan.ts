/** What every recipe takes of the data and what it drops, by reason, once the sources have been measured. */
import type { StudyData } from './study.js';

export interface DataPlan {
  sources: {
    source: string;
    documents: number;
    /** UTF-8 bytes. */
    bytes: number;
    tokens: number;
    malformed: Record<string, number>;
    filtered: Record<string, number>;
  }[];
  recipes: {
    recipe: string;
    sources: {
      source: string;
      /** Share of the training tokens, asked for. */
      share: number;
      documents: number;
      /** Tokens of the documents, an end-of-text token after each. */
      tokens: number;
      /** Passes over these tokens in a run. */
      epochs: number;
      /** documents + those dropped = all of the source. */
      dropped: { reason: string; documents: number; tokens: number }[];
    }[];
  }[];
}

export function dataPlan({ sources, selections, recipes }: StudyData): DataPlan {
  return {
    sources: Object.entries(sources).map(([source, { corpus, store }]) => ({
      source,
      documents: corpus.documents,
      bytes: corpus.bytes,
      tokens: store.tokens,
      malformed: corpus.malformedReasons,
      filtered: corpus.filtered,
    })),
    recipes: recipes.map(({ name, sources: taken }) => ({
      recipe: name,
      sources: taken.map(({ source, share, windows, availableWindows }) => {
        const { documents, tokens, dropped } = selections[name]![source]!;
        const epochs = availableWindows === 0 ? 0 : windows / availableWindows;
        return { source, share, documents, tokens, epochs, dropped };
      }),
    })),
  };
}
