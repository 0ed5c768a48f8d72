/** The merges that a vocabulary of ranked byte strings implies: every way to split a token into two tokens. */
import type { Vocabulary } from './tokenizer.js';

/** Merging tokens `left` and `right` gives token `result`. */
export interface Merge {
  left: number;
  right: number;
  result: number;
}

/**
 * All merges, first the one with the lowest result; among splits of one token, by left and then right id.
 *
 * Merging the pair whose *result* has the lowest rank (as tiktoken does) and applying this list in order (as Hugging
 * Face does) then choose the same pair: a list with one split a token would not.
 */
export function allMerges(vocabulary: Vocabulary): Merge[] {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const merges: Merge[] = [];
  vocabulary.forEach((token, result) => {
    const splits: Merge[] = [];
    for (let cut = 1; cut < token.length; cut++) {
      const left = ids.get(token.slice(0, cut));
      const right = ids.get(token.slice(cut));
      if (left !== undefined && right !== undefined) splits.push({ left, right, result });
    }
    splits.sort((a, b) => a.left - b.left || a.right - b.right);
    for (const split of splits) merges.push(split);
  });
  return merges;
}
