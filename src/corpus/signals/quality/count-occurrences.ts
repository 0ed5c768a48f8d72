/** Occurrences of fixed strings and of sentence ends. */

/** Non-overlapping, from the left, as Python's str.count. */
export function occurrences(text: string, string: string): number {
  let count = 0;
  for (let i = text.indexOf(string); i >= 0; i = text.indexOf(string, i + string.length)) count++;
  return count;
}

/** A run of `.`, `!`, `?` that white space, a closing quote or bracket, or the end follows; each of `。！？`. */
export function countSentences(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/[.!?](?=[\s"'”’)\]]|$)|[。！？]/g)) count++;
  return count;
}
