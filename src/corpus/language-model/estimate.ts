/** Modified Kneser-Ney probabilities and back-off weights, interpolated over all orders (Chen and Goodman 1998). */
import { adjustedCount, type GramLevel } from './count-grams.js';
import { type Discounts, discountOf } from './discounts.js';
import { sentenceBegin, sentenceEnd, unknownWord } from './vocabulary.js';

/** Of the n-grams of one level. */
export interface Estimates {
  probability: Float32Array;
  /** Share of a history's probability that goes to the lower order; 1 where it is no history. */
  backoff: Float32Array;
}

/**
 * Pruned n-grams are gone from the model, but what they were seen for is not: it goes to their history's back-off.
 *
 * @param prune by order: n-grams that occur at most so often are pruned; never <unk>, <s> and </s>
 */
export function estimate(
  levels: readonly GramLevel[],
  discounts: readonly Discounts[],
  prune: readonly number[],
): Estimates[] {
  const estimates = levels.map(({ count }) => ({
    probability: new Float32Array(count),
    backoff: new Float32Array(count).fill(1),
  }));
  estimateWords(levels[0]!, discounts[0]!, prune[0]!, estimates[0]!.probability);
  // Bigram w1 w2: its history is w1, whatever its place in the trie.
  let histories: Uint32Array = levels[1]!.words;
  for (let n = 1; n < levels.length; n++) {
    if (n > 1) histories = findHistories(levels[n - 2]!, levels[n - 1]!, levels[n]!, histories);
    const lower = estimates[n - 1]!;
    const { share, total } = historySums(
      levels[n]!,
      histories,
      lower.backoff.length,
      discounts[n]!,
      prune[n]!,
    );
    for (let h = 0; h < total.length; h++) if (total[h]! > 0) lower.backoff[h] = share[h]! / total[h]!;
    forEachChild(levels[n - 1]!, (parent, gram) => {
      const count = adjustedCount(levels[n]!, gram);
      const history = histories[gram]!;
      estimates[n]!.probability[gram] =
        (count - discountOf(discounts[n]!, count)) / total[history]! +
        (share[history]! / total[history]!) * lower.probability[parent]!;
    });
  }
  return estimates;
}

/** Whether an n-gram stays in the model. */
export function isKept(level: GramLevel, gram: number, prune: number): boolean {
  return level.occurrences[gram]! > prune;
}

export function isSpecial(word: number): boolean {
  return word <= sentenceEnd;
}

/** The lowest order is interpolated with equal shares for all words that stay but <s>; <unk>, never seen, has nothing else. */
function estimateWords(
  level: GramLevel,
  discounts: Discounts,
  prune: number,
  probability: Float32Array,
): void {
  let total = 0;
  let share = 0;
  let kept = 1;
  for (let word = sentenceEnd; word < level.count; word++) {
    const count = adjustedCount(level, word);
    const stays = isSpecial(word) || isKept(level, word, prune);
    total += count;
    share += stays ? discountOf(discounts, count) : count;
    if (stays) kept++;
  }
  const uniform = share / total / kept;
  for (let word = sentenceEnd; word < level.count; word++) {
    const count = adjustedCount(level, word);
    probability[word] = (count - discountOf(discounts, count)) / total + uniform;
  }
  probability[unknownWord] = uniform;
  // It begins every sentence and is never predicted.
  probability[sentenceBegin] = 1;
}

/** Of each history: the sum of its n-grams' counts, and how much of it the discounts and pruning take. */
function historySums(
  level: GramLevel,
  histories: Uint32Array,
  historyCount: number,
  discounts: Discounts,
  prune: number,
): { share: Float64Array; total: Float64Array } {
  const share = new Float64Array(historyCount);
  const total = new Float64Array(historyCount);
  for (let gram = 0; gram < level.count; gram++) {
    const count = adjustedCount(level, gram);
    const history = histories[gram]!;
    total[history]! += count;
    share[history]! += isKept(level, gram, prune) ? discountOf(discounts, count) : count;
  }
  return { share, total };
}

/**
 * The n-gram w1 … wn-1 of each w1 … wn: the child, by w1, of the history of w2 … wn.
 *
 * @param histories of the (n-1)-grams, in level n-2
 * @returns of the n-grams, in level n-1
 */
function findHistories(
  shorter: GramLevel,
  parents: GramLevel,
  level: GramLevel,
  histories: Uint32Array,
): Uint32Array {
  const found = new Uint32Array(level.count);
  const firstChild = shorter.firstChild!;
  forEachChild(parents, (parent, gram) => {
    const history = histories[parent]!;
    found[gram] = lowerBound(
      parents.words,
      level.words[gram]!,
      firstChild[history]!,
      firstChild[history + 1]!,
    );
  });
  return found;
}

function forEachChild(parents: GramLevel, visit: (parent: number, gram: number) => void): void {
  const firstChild = parents.firstChild!;
  for (let parent = 0; parent < parents.count; parent++) {
    for (let gram = firstChild[parent]!; gram < firstChild[parent + 1]!; gram++) visit(parent, gram);
  }
}

/** The first place from `begin` to before `end` whose value is at least `value`. */
function lowerBound(values: Uint32Array, value: number, begin: number, end: number): number {
  let low = begin;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
