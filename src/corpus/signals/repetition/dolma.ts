/**
 * Repetition as the dolma toolkit measures it (Soldaini et al. 2024, arXiv 2402.00159, tagger `gopher_v2`): words are runs
 * without white space; lines end at runs of line breaks, and all copies count, with their spaces, over the characters of
 * the words, so that the share can exceed 1; repeated n-grams count each of their copies, overlaps included, over all
 * n-grams. There is no paragraph rule.
 */
import type { DocumentText } from '../document-text.js';
import type { SignalValue } from '../signal.js';
import { SpanIds } from '../span-ids.js';
import { spacedWords } from '../white-space.js';
import { copiedCharacters, ngramCharacters, topNgram } from './ngram-measures.js';
import { RepeatedNgrams } from './repeated-ngrams.js';
import { countCopies } from './segments.js';
import { wordSequence } from './word-sequence.js';

const lines = { breaks: 1, runs: true, stripText: false, stripSegments: false } as const;

export class DolmaRepetition {
  private spans = new SpanIds();
  private ngrams = new RepeatedNgrams();

  /** The 11 measurements: no paragraphs. Null: the text has no word. */
  measure({ text }: DocumentText): SignalValue[] {
    const words = spacedWords(text);
    if (words.count === 0) return Array<null>(11).fill(null);
    const line = countCopies(text, lines, this.spans);
    const sequence = wordSequence(text, words, this.spans);
    const characters = sequence.offsets[sequence.count]!;
    const values = [line.copies / line.segments, line.copyCharacters / characters];
    this.ngrams.reset(sequence);
    while (this.ngrams.n < 10) {
      this.ngrams.advance();
      if (this.ngrams.n <= 4) {
        const top = topNgram(this.ngrams, sequence);
        values.push(top === undefined ? 0 : (top.count * top.characters) / characters);
      } else {
        const all = this.ngrams.active === 0 ? 1 : ngramCharacters(this.ngrams.n, sequence);
        values.push(copiedCharacters(this.ngrams, sequence) / all);
      }
    }
    return values;
  }
}
