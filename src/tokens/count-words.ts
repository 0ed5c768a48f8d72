/** The statistics that a BPE is trained on: how often each piece occurs. */
import { pieceEnd } from './pre-tokens.js';

/** Pieces longer than this (UTF-16 units) are runs of filler, not words: a token for them would be of no use. */
const longestWord = 256;

/** Adds the pieces of `text` to `counts`. */
export function countWords(text: string, counts: Map<string, number>): void {
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    if (end - start <= longestWord) {
      const word = text.slice(start, end);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    start = end;
  }
}
