/** Lines and paragraphs of a document, and how many of them are copies. */
import type { SpanIds } from '../span-ids.js';
import { skipSpace, trimEnd } from '../white-space.js';

/** Segments (lines, or paragraphs) and characters in code points. */
export interface SegmentCopies {
  segments: number;
  characters: number;
  /** Segments that occur more than once, each of their copies counted. */
  copies: number;
  copyCharacters: number;
  /** The same without the first copy of each. */
  laterCopies: number;
  laterCharacters: number;
}

export interface Splitting {
  /** Line breaks that end a segment: 1 for lines, 2 for paragraphs. */
  breaks: 1 | 2;
  /** Whether further line breaks belong to the same boundary (Python's `\n{2,}`) or start an empty segment. */
  runs: boolean;
  /** White space around the whole text is removed first. */
  stripText: boolean;
  /** White space around each segment is removed, and then empty segments are dropped. */
  stripSegments: boolean;
}

export function countCopies(text: string, splitting: Splitting, spans: SpanIds): SegmentCopies {
  spans.reset(text);
  const first = splitting.stripText ? skipSpace(text, 0, text.length) : 0;
  const last = splitting.stripText ? trimEnd(text, first, text.length) : text.length;
  const separator = '\n'.repeat(splitting.breaks);
  for (let start = first; start <= last; ) {
    const found = text.indexOf(separator, start);
    const end = found < 0 || found > last ? last : found;
    add(text, start, end, splitting.stripSegments, spans);
    start = end + splitting.breaks;
    if (splitting.runs) while (start < last && text.charCodeAt(start) === 10) start++;
    if (end === last) break;
  }
  return sum(spans);
}

function add(text: string, start: number, end: number, strip: boolean, spans: SpanIds): void {
  if (!strip) spans.add(start, end);
  else {
    const from = skipSpace(text, start, end);
    const to = trimEnd(text, from, end);
    if (to > from) spans.add(from, to);
  }
}

function sum(spans: SpanIds): SegmentCopies {
  const sums = {
    segments: 0,
    characters: 0,
    copies: 0,
    copyCharacters: 0,
    laterCopies: 0,
    laterCharacters: 0,
  };
  for (let id = 0; id < spans.size; id++) {
    const count = spans.counts[id]!;
    const characters = spans.characters[id]!;
    sums.segments += count;
    sums.characters += count * characters;
    if (count === 1) continue;
    sums.copies += count;
    sums.copyCharacters += count * characters;
    sums.laterCopies += count - 1;
    sums.laterCharacters += (count - 1) * characters;
  }
  return sums;
}
