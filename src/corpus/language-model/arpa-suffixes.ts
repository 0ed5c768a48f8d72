/**
 * Where an n-gram's last words are among the shorter n-grams, as they must be for it to be found.
 *
 * Models of lmplz hold every end of their n-grams. Other programs prune some of them (SRILM does); these are filled in
 * with the probability that backing off gives them, which changes no score.
 */
import type { LanguageModel } from './model.js';

/** More than this share of an order's n-grams cannot be filled in: the tables are made for the counts of the file. */
const mostFilledIn = 0.25;

export class ArpaSuffixes {
  /** By order: how many more may be filled in. */
  private readonly room: number[];

  /** @param counts of the file, by order from 1 */
  constructor(
    private readonly model: LanguageModel,
    counts: readonly number[],
  ) {
    this.room = [0, ...counts.map((count) => Math.floor(count * mostFilledIn))];
  }

  /**
   * The slot of words[from], …, words[end - 1]; a single word is its own. It is filled in if it is missing.
   * @returns -1 where there is no more room
   */
  slot(words: readonly number[], from: number, end: number): number {
    const order = end - from;
    if (order === 1) return words[from]!;
    const parent = this.slot(words, from + 1, end);
    if (parent < 0) return -1;
    const table = this.model.tables[order - 2]!;
    const found = table.find(parent, words[from]!);
    if (found >= 0) return found;
    if (this.room[order]!-- === 0) return -1;
    return table.insert(parent, words[from]!, this.backedOff(words, from, end, parent), 0);
  }

  /** log10 of the last word's probability by the history without its first word. */
  private backedOff(words: readonly number[], from: number, end: number, parent: number): number {
    const { tables, unigrams } = this.model;
    const shorter = end - from - 1;
    const lower = shorter === 1 ? unigrams[2 * parent]! : tables[shorter - 2]!.probability(parent);
    return this.backoff(words, from, end - 1) + lower;
  }

  /** log10 back-off weight of a history: 0 where the model does not hold it. */
  private backoff(words: readonly number[], from: number, end: number): number {
    const { tables, unigrams } = this.model;
    let slot = words[end - 1]!;
    if (end - from === 1) return unigrams[2 * slot + 1]!;
    for (let at = end - 2; at >= from && slot >= 0; at--) slot = tables[end - at - 2]!.find(slot, words[at]!);
    return slot < 0 ? 0 : tables[end - from - 2]!.backoff(slot);
  }
}
