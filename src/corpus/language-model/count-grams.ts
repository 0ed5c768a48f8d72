/**
 * All n-grams of a text up to an order, with their counts, as a trie of flat arrays.
 *
 * The children of an n-gram are the (n+1)-grams with one more word before it; they lie side by side in the next level,
 * sorted by that word. In text sorted by suffix the trie grows at its right edge only.
 */
import { noWord } from './training-text.js';
import { sentenceBegin } from './vocabulary.js';

/** The n-grams of one order. Order 1 holds every word at its number. */
export interface GramLevel {
  count: number;
  /** First word of each n-gram. */
  words: Uint32Array;
  /** Occurrences in the text. */
  occurrences: Uint32Array;
  /** Children of n-gram g lie from firstChild[g] to before firstChild[g + 1]; absent at the highest order. */
  firstChild?: Uint32Array;
}

/** @param sorted positions of the predicted words as `sortBySuffix` sorts them */
export function countGrams(
  numbers: Int32Array,
  sorted: Int32Array,
  order: number,
  vocabulary: number,
): GramLevel[] {
  const counts = distinctGrams(numbers, sorted, order);
  const levels = counts.map((distinct, i) => newLevel(i === 0 ? vocabulary : distinct, i === order - 1));
  for (let word = 0; word < vocabulary; word++) levels[0]!.words[word] = word;
  // All words but <unk> and <s> are predicted somewhere, so the sorted text meets them in turn.
  const next = new Array<number>(order).fill(0);
  next[0] = vocabulary - counts[0]!;
  forEachNewGram(numbers, sorted, order, (position, firstNew, known) => {
    for (let n = firstNew; n < known; n++) {
      const gram = next[n]!++;
      const level = levels[n]!;
      level.words[gram] = numbers[position - n]!;
      if (level.firstChild) level.firstChild[gram] = next[n + 1]!;
    }
    for (let n = 0; n < known; n++) levels[n]!.occurrences[next[n]! - 1]!++;
  });
  levels.forEach(({ firstChild, count }, n) => {
    if (firstChild) firstChild[count] = next[n + 1]!;
  });
  return levels;
}

/**
 * The count that Kneser-Ney estimates from (Chen and Goodman 1998, section 2.7): of the highest order and of n-grams
 * that begin a sentence the occurrences, of others the number of different words before them.
 */
export function adjustedCount(level: GramLevel, gram: number): number {
  if (level.firstChild === undefined || level.words[gram] === sentenceBegin) return level.occurrences[gram]!;
  return level.firstChild[gram + 1]! - level.firstChild[gram]!;
}

function newLevel(count: number, highest: boolean): GramLevel {
  return {
    count,
    words: new Uint32Array(count),
    occurrences: new Uint32Array(count),
    ...(highest ? {} : { firstChild: new Uint32Array(count + 1) }),
  };
}

function distinctGrams(numbers: Int32Array, sorted: Int32Array, order: number): number[] {
  const counts = new Array<number>(order).fill(0);
  forEachNewGram(numbers, sorted, order, (_position, firstNew, known) => {
    for (let n = firstNew; n < known; n++) counts[n]!++;
  });
  return counts;
}

/**
 * Calls back at each position. The n-grams that end there and have at most `firstNew` words are those of the position
 * before; `known` is the longest that does not reach beyond the sentence.
 */
function forEachNewGram(
  numbers: Int32Array,
  sorted: Int32Array,
  order: number,
  visit: (position: number, firstNew: number, known: number) => void,
): void {
  let before = -1;
  for (const position of sorted) {
    let firstNew = 0;
    if (before >= 0)
      while (firstNew < order && numbers[position - firstNew] === numbers[before - firstNew]) firstNew++;
    let known = 1;
    while (known < order && numbers[position - known] !== noWord) known++;
    visit(position, firstNew, known);
    before = position;
  }
}
