/** A document's words as numbers: what the n-gram measurements read instead of strings. */
import type { DocumentText } from '../document-text.js';
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

function reserve(count: number): void {
  if (count <= ids.length && ids.length <= keptWords) return;
  ids = new Int32Array(Math.max(count, 1 << 12));
  offsets = new Int32Array(ids.length + 1);
}

/** The document's Unicode words whose first UTF-16 unit `isWord` accepts. Valid until the next call in this file. */
export function unicodeSequence(
  document: DocumentText,
  isWord: (firstUnit: number) => boolean,
): WordSequence {
  const { text, words, wordIds } = document;
  reserve(words.count);
  let count = 0;
  let offset = 0;
  for (let i = 0; i < words.count; i++) {
    if (!isWord(text.charCodeAt(words.starts[i]!))) continue;
    const id = wordIds.ids[i]!;
    ids[count] = id;
    offset += wordIds.characters[id]!;
    offsets[++count] = offset;
  }
  return { count, ids, counts: wordIds.counts, offsets };
}

/** Given words. Valid until the next call in this file, and until `spans` is used again. */
export function wordSequence(text: string, words: Words, spans: SpanIds): WordSequence {
  reserve(words.count);
  spans.reset(text);
  let offset = 0;
  for (let i = 0; i < words.count; i++) {
    const id = spans.add(words.starts[i]!, words.ends[i]!);
    ids[i] = id;
    offset += spans.characters[id]!;
    offsets[i + 1] = offset;
  }
  return { count: words.count, ids, counts: spans.counts, offsets };
}
