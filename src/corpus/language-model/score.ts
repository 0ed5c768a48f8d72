/** What a model says of a text: log10 probability of each word given the words before it in its line. */
import { type CharacterTable, characterTable } from './characters.js';
import type { LanguageModel } from './model.js';
import { splitWords, type WordSink } from './split-words.js';
import { sentenceBegin, sentenceEnd, unknownWord } from './vocabulary.js';

export interface TextScore {
  /** Sum over words and sentence ends. */
  log10: number;
  /** Without sentence ends. */
  words: number;
  /** Lines that hold words. */
  sentences: number;
  /** Words that the model does not know. */
  unknown: number;
}

/** 10^(-log10 / (words + sentences)), as KenLM's `perplexity` of one sentence; null for a text without words. */
export function perplexity({ log10, words, sentences }: TextScore): number | null {
  return words === 0 ? null : 10 ** (-log10 / (words + sentences));
}

/** @param matched words of the longest n-gram that the model holds and that ends here */
export type WordVisitor = (word: number, log10: number, matched: number) => void;

/** Scores one text after another; not to be shared between threads (the model may be). */
export class Scorer implements WordSink {
  private readonly characters: CharacterTable;
  private total: TextScore = { log10: 0, words: 0, sentences: 0, unknown: 0 };
  /** The words before, latest first: the longest n-gram that ends before the next word and that the model holds. */
  private readonly history: Int32Array;
  private historyLength = 0;
  /** log10 back-off of the latest 1, 2, … words of the history, from index 1. */
  private readonly backoffs: Float64Array;
  private insideSentence = false;

  constructor(
    private readonly model: LanguageModel,
    private readonly visit?: WordVisitor,
  ) {
    this.characters = characterTable(model.words);
    this.history = new Int32Array(model.order);
    this.backoffs = new Float64Array(model.order + 1);
  }

  score(text: string): TextScore {
    this.total = { log10: 0, words: 0, sentences: 0, unknown: 0 };
    splitWords(text, this.characters, this);
    return this.total;
  }

  word(units: Uint16Array, length: number, hash: number): void {
    const found = this.model.vocabulary.find(units, length, hash);
    // A raw text may spell the special words; they are no words of it, as in training.
    if (found >= 0 && found <= sentenceEnd) return;
    if (!this.insideSentence) this.begin();
    this.total.words++;
    if (found < 0) this.total.unknown++;
    this.predict(found < 0 ? unknownWord : found);
  }

  lineEnd(): void {
    if (!this.insideSentence) return;
    this.predict(sentenceEnd);
    this.total.sentences++;
    this.insideSentence = false;
  }

  private begin(): void {
    this.insideSentence = true;
    this.history[0] = sentenceBegin;
    this.backoffs[1] = this.model.unigrams[2 * sentenceBegin + 1]!;
    this.historyLength = 1;
  }

  /**
   * The longest n-gram of word and history gives the probability; for every longer history that the model holds, its
   * back-off is paid. The n-grams tried on the way are the histories of the next word.
   */
  private predict(word: number): void {
    const { history, backoffs, historyLength } = this;
    const { tables, unigrams, order } = this.model;
    let log10 = unigrams[2 * word]!;
    let backoff = unigrams[2 * word + 1]!;
    let matched = 1;
    let slot = word;
    while (matched <= historyLength) {
      const table = tables[matched - 1]!;
      slot = table.find(slot, history[matched - 1]!);
      if (slot < 0) break;
      log10 = table.probability(slot);
      // The history's own back-off of this length is not paid any more, so its place is free.
      backoffs[matched] = backoff;
      backoff = table.backoff(slot);
      matched++;
    }
    for (let length = matched; length <= historyLength; length++) log10 += backoffs[length]!;
    this.total.log10 += log10;
    this.visit?.(word, log10, matched);

    const nextLength = Math.min(matched, order - 1);
    if (matched < order) backoffs[matched] = backoff;
    for (let i = nextLength - 1; i > 0; i--) history[i] = history[i - 1]!;
    history[0] = word;
    this.historyLength = nextLength;
  }
}
