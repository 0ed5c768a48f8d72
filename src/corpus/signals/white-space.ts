/** White space as Python's str.isspace, strip and split know it, which the tools behind these signals are written in. */
import type { Words } from './segment-words.js';

/** White_Space of Unicode, and the four ASCII separators (0x1c to 0x1f), which Python adds. */
export function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 32 || (unit >= 9 && unit <= 13) || (unit >= 0x1c && unit <= 0x1f);
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    (unit >= 0x1680 &&
      (unit === 0x1680 ||
        (unit >= 0x2000 && unit <= 0x200a) ||
        unit === 0x2028 ||
        unit === 0x2029 ||
        unit === 0x202f ||
        unit === 0x205f ||
        unit === 0x3000))
  );
}

/** First position from `start` on that is no space; `end` if there is none. */
export function skipSpace(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && isSpace(text.charCodeAt(i))) i++;
  return i;
}

/** Position after the last unit of text.slice(start, end) that is no space; `start` if there is none. */
export function trimEnd(text: string, start: number, end: number): number {
  let i = end;
  while (i > start && isSpace(text.charCodeAt(i - 1))) i--;
  return i;
}

/** Runs of characters that are not white space: Python's text.split(). */
export function spacedWords(text: string): Words {
  const spans: Words = { count: 0, starts: new Int32Array(64), ends: new Int32Array(64) };
  for (let start = skipSpace(text, 0, text.length); start < text.length; ) {
    let end = start + 1;
    while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
    addWord(spans, start, end);
    start = skipSpace(text, end, text.length);
  }
  return spans;
}

/** Adds a word to arrays that grow as needed. */
export function addWord(words: Words, start: number, end: number): void {
  if (words.count === words.starts.length) {
    for (const name of ['starts', 'ends'] as const) {
      const larger = new Int32Array(2 * words.count);
      larger.set(words[name]);
      words[name] = larger;
    }
  }
  words.starts[words.count] = start;
  words.ends[words.count++] = end;
}
