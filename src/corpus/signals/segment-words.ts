/**
 * Word boundaries by Unicode's default rules (UAX #29) without punctuation, the same as Intl.Segmenter's word-like
 * segments. ASCII, Latin, Greek and Cyrillic text is read here; Intl.Segmenter, some 20 times slower, gets only the
 * stretches that hold other characters.
 */
import {
  classOf,
  connector,
  digit,
  foreign,
  letter,
  midEither,
  midLetter,
  midNumber,
  separator,
} from './word-break-classes.js';

/** UTF-16 positions: word i is text.slice(starts[i], ends[i]). */
export interface Words {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
}

/** From this length on, a foreign stretch ends at the next separator: the price of a segment grows with the stretch. */
const longStretch = 512;
/** At this length it is cut anywhere, so that time is linear for text without any separator, which no language is. */
const longestStretch = 2_048;
/** Ideographic space, comma and full stop, corner brackets, wide ! and ?: boundaries before them are certain, too. */
const foreignSeparators = /[\u3000-\u3002「」！？]/;
/** Scratch space for more words than this is not kept for the next document. */
const keptWords = 1 << 20;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

let starts = new Int32Array(1 << 14);
let ends = new Int32Array(1 << 14);

/** Takes time and memory in proportion to the text, whatever it holds. */
export function segmentWords(text: string): Words {
  const length = text.length;
  let count = 0;
  /** Nothing before this position can change a boundary after it. */
  let anchor = 0;
  let i = 0;
  while (i < length) {
    const first = classOf[text.charCodeAt(i)]!;
    if (first === separator) anchor = i++;
    else if (first <= connector) {
      const start = i;
      i = wordEnd(text, i, first);
      // A lone connector is punctuation to Intl.Segmenter, two of them are a word.
      if (first === connector && i === start + 1) continue;
      if (count === starts.length) grow();
      starts[count] = start;
      ends[count++] = i;
    } else if (first !== foreign) i++;
    else {
      // What was found since the anchor may be part of a longer word with what follows.
      while (count > 0 && starts[count - 1]! >= anchor) count--;
      const end = stretchEnd(text, anchor, i);
      for (const { index, segment, isWordLike } of segmenter.segment(text.slice(anchor, end))) {
        if (isWordLike !== true) continue;
        if (count === starts.length) grow();
        starts[count] = anchor + index;
        ends[count++] = anchor + index + segment.length;
      }
      anchor = i = end;
    }
  }
  return take(count);
}

/** Position after the last unit that a word can have, of a word whose first unit, at `start`, is of class `first`. */
function wordEnd(text: string, start: number, first: number): number {
  let last = first;
  let i = start + 1;
  for (; i < text.length; i++) {
    const unit = classOf[text.charCodeAt(i)]!;
    if (unit <= connector) last = unit;
    else {
      // A unit in the middle joins two letters, or two digits, that stand right beside it.
      const joins =
        (last === letter && (unit === midLetter || unit === midEither)) ||
        (last === digit && (unit === midNumber || unit === midEither));
      if (!joins || i + 1 === text.length || classOf[text.charCodeAt(i + 1)] !== last) break;
    }
  }
  return i;
}

/** Where a stretch that starts at `start` and has a foreign unit at `foreignAt` can end. */
function stretchEnd(text: string, start: number, foreignAt: number): number {
  const limit = Math.min(text.length, start + longestStretch);
  for (let i = foreignAt + 1; i < limit; i++) {
    if (classOf[text.charCodeAt(i)] !== separator) {
      if (i - start >= longStretch && foreignSeparators.test(text[i]!)) return i;
      continue;
    }
    // Words of the same script are left in one stretch, as each call of the segmenter has a price.
    const more = i + 1 < text.length && classOf[text.charCodeAt(i + 1)] === foreign;
    if (!more || i - start >= longStretch) return i;
  }
  if (limit <= foreignAt) return foreignAt + 1;
  const cutsPair = limit < text.length && (text.charCodeAt(limit) & 0xfc00) === 0xdc00;
  return cutsPair && limit - 1 > foreignAt ? limit - 1 : limit;
}

function grow(): void {
  starts = doubled(starts);
  ends = doubled(ends);
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(2 * array.length);
  copy.set(array);
  return copy;
}

/** The words found; scratch space that has grown large is given away instead of copied. */
function take(count: number): Words {
  if (count <= keptWords) return { count, starts: starts.slice(0, count), ends: ends.slice(0, count) };
  const words = { count, starts: starts.subarray(0, count), ends: ends.subarray(0, count) };
  starts = new Int32Array(1 << 14);
  ends = new Int32Array(1 << 14);
  return words;
}
