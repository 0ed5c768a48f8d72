/** The texts that a tokenizer is trained on: an even, deterministic sample of all sources. */
import { type ReadOptions, readDocuments } from '../corpus/index.js';
import type { SourceSpec } from '../records.js';

export interface SampleOptions extends ReadOptions {
  /** Size of the whole sample in characters, shared equally by the sources. Default 16,000,000. */
  characters?: number;
}

/** What one document gives at most, so that a few huge files do not make up the sample. */
const charactersPerDocument = 100_000;

/**
 * From each source the documents with the lowest ids, which are hashes of content: a random choice that depends on
 * nothing but the set of texts, and takes exact copies once. Reads every source to its end; malformed rows are passed
 * over here, because the token store reports them.
 */
export async function* sampleTexts(
  sources: Record<string, SourceSpec>,
  options: SampleOptions = {},
): AsyncIterable<string> {
  const names = Object.keys(sources).sort();
  const budget = Math.floor((options.characters ?? 16_000_000) / Math.max(names.length, 1));
  for (const name of names) {
    const lowest = new LowestIds(budget);
    for await (const { id, text } of readDocuments(name, sources[name]!, () => {}, options))
      lowest.offer(id, text);
    yield* lowest.texts();
  }
}

/** Keeps the documents with the lowest ids that fit a budget of characters, in memory of about twice the budget. */
class LowestIds {
  private kept = new Map<string, string>();
  private characters = 0;
  /** Ids from here on can no longer get in. */
  private bound = '~';

  constructor(private readonly budget: number) {}

  offer(id: string, text: string): void {
    if (id >= this.bound || this.kept.has(id)) return;
    // Copying the slice through a buffer frees the whole text.
    const part =
      text.length > charactersPerDocument
        ? Buffer.from(text.slice(0, charactersPerDocument)).toString()
        : text;
    this.kept.set(id, part);
    this.characters += part.length;
    if (this.characters > 2 * this.budget) this.shrink();
  }

  texts(): Iterable<string> {
    this.shrink();
    return this.kept.values();
  }

  private shrink(): void {
    const sorted = [...this.kept].sort(([a], [b]) => (a < b ? -1 : 1));
    this.kept = new Map();
    this.characters = 0;
    for (const [id, text] of sorted) {
      // The first document always fits, however long it is.
      if (this.kept.size > 0 && this.characters + text.length > this.budget) {
        this.bound = id;
        return;
      }
      this.kept.set(id, text);
      this.characters += text.length;
    }
  }
}
