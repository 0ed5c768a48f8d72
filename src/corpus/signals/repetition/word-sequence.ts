/** A document's words as numbers: what the n-gram measurements read instead of strings. */
import type { Words } from '../segment-words.js';
import type { SpanIds } from '../span-ids.js';

export interface WordSequence {
  count: number;
  /** [count] equal words have equal numbers. */
  ids: Int32Array;
  /** By number: how often the word occurs. */
  counts: Int32Array;
  /** [count + 1] code points of all words before word i; the last is their sum. */
  offsets: Int32Array;
}

/** Space for longer documents than this is not kept. */
const keptWords = 1 << 20;
let ids = new Int32Array(1 << 12);
let offsets = new Int32Array((1 << 12) + 1);

/**
 * Numbers the words of `text` that `isWord` accepts by their first UTF-16 unit. The arrays are valid until the next call.
 */
export function wordSequence(
  text: string,
  words: Words,
  spans: SpanIds,
  isWord?: (firstUnit: number) => boolean,
): WordSequence {
  if (words.count > ids.length || ids.length > keptWords) {
    const size = Math.max(words.count, 1 << 12);
    ids = new Int32Array(size);
    offsets = new Int32Array(size + 1);
  }
  spans.reset(text);
  let count = 0;
  let offset = 0;
  for (let i = 0; i < words.count; i++) {
    const start = words.starts[i]!;
    if (isWord !== undefined && !isWord(text.charCodeAt(start))) continue;
    const id = spans.add(start, words.ends[i]!);
    ids[count] = id;
    offset += spans.characters[id]!;
    offsets[++count] = offset;
  }
  return { count, ids, counts: spans.counts, offsets };
}
