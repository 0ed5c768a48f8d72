/** Estimates to a model: the n-grams that are kept, each under its parent's slot. */
import type { WordForm } from './characters.js';
import type { GramLevel } from './count-grams.js';
import { type Estimates, isKept, isSpecial } from './estimate.js';
import { type LanguageModel, newModel } from './model.js';
import { Vocabulary } from './vocabulary.js';

export function packModel(
  form: WordForm,
  vocabulary: Vocabulary,
  levels: readonly GramLevel[],
  estimates: readonly Estimates[],
  prune: readonly number[],
): LanguageModel {
  const { kept, numbers } = keptWords(vocabulary, levels[0]!, prune[0]!);
  const gramCounts = levels.slice(1).map((level, i) => {
    let count = 0;
    for (let gram = 0; gram < level.count; gram++) if (isKept(level, gram, prune[i + 1]!)) count++;
    return count;
  });
  const model = newModel(form, kept, gramCounts);
  const { probability, backoff } = estimates[0]!;
  for (let word = 0; word < vocabulary.count; word++) {
    if (!isSpecial(word) && !isKept(levels[0]!, word, prune[0]!)) continue;
    model.unigrams[2 * numbers[word]!] = log10(probability[word]!);
    model.unigrams[2 * numbers[word]! + 1] = log10(backoff[word]!);
  }
  let parentSlots = numbers;
  for (let n = 1; n < levels.length; n++) {
    const level = levels[n]!;
    const table = model.tables[n - 1]!;
    const { probability, backoff } = estimates[n]!;
    const { firstChild, count } = levels[n - 1]!;
    const slots = new Uint32Array(level.count);
    for (let parent = 0; parent < count; parent++) {
      for (let gram = firstChild![parent]!; gram < firstChild![parent + 1]!; gram++) {
        if (!isKept(level, gram, prune[n]!)) continue;
        const word = numbers[level.words[gram]!]!;
        slots[gram] = table.insert(
          parentSlots[parent]!,
          word,
          log10(probability[gram]!),
          log10(backoff[gram]!),
        );
      }
    }
    parentSlots = slots;
  }
  return model;
}

/** The vocabulary without pruned words, and the new number of each word that is kept. */
function keptWords(
  vocabulary: Vocabulary,
  level: GramLevel,
  prune: number,
): { kept: Vocabulary; numbers: Uint32Array } {
  const kept = Vocabulary.empty();
  const numbers = new Uint32Array(vocabulary.count);
  for (let word = 0; word < vocabulary.count; word++) {
    if (isSpecial(word)) numbers[word] = word;
    else if (isKept(level, word, prune)) numbers[word] = kept.addString(vocabulary.word(word));
  }
  return { kept, numbers };
}

/** Rounding may carry a probability a little above 1. */
function log10(share: number): number {
  return Math.min(0, Math.log10(share));
}
