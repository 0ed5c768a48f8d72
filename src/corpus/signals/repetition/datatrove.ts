/**
 * Repetition as datatrove's GopherRepetitionFilter measures it (version 0.10): only second and later copies of a line or
 * paragraph count; every share is over the length of the text; words are tokens of spaCy's blank English, punctuation
 * included; the top n-gram counts with its spaces, even if it occurs once.
 */
import type { DocumentText } from '../document-text.js';
import type { Words } from '../segment-words.js';
import type { SignalValue } from '../signal.js';
import { codePoints, SpanIds } from '../span-ids.js';
import { EnglishTokens } from './english-tokens.js';
import { JoinedRepeats } from './joined-repeats.js';
import { topNgram } from './ngram-measures.js';
import { RepeatedNgrams } from './repeated-ngrams.js';
import { countCopies } from './segments.js';
import { wordSequence } from './word-sequence.js';

const lines = { breaks: 1, runs: true, stripText: false, stripSegments: false } as const;
const paragraphs = { breaks: 2, runs: true, stripText: true, stripSegments: false } as const;

export class DatatroveRepetition {
  private spans = new SpanIds();
  private ngrams = new RepeatedNgrams();
  private joined = new JoinedRepeats();
  private tokens = new EnglishTokens();

  /** The 13 measurements. Null: the text is empty. */
  measure({ text }: DocumentText): SignalValue[] {
    return this.measureTokens(text, this.tokens.split(text));
  }

  /** The same with given words. */
  measureTokens(text: string, words: Words): SignalValue[] {
    if (text.length === 0) return Array<null>(13).fill(null);
    const length = codePoints(text, 0, text.length);
    const line = countCopies(text, lines, this.spans);
    const paragraph = countCopies(text, paragraphs, this.spans);
    const values = [
      line.laterCopies / line.segments,
      paragraph.laterCopies / paragraph.segments,
      line.laterCharacters / length,
      paragraph.laterCharacters / length,
    ];
    const sequence = wordSequence(text, words, this.spans);
    this.ngrams.reset(sequence);
    while (this.ngrams.n < 4) {
      this.ngrams.advance();
      const top = topNgram(this.ngrams, sequence);
      const spaces = this.ngrams.n - 1;
      values.push(top === undefined ? 0 : (top.count * (top.characters + spaces)) / length);
    }
    this.joined.reset(text, words);
    for (let n = 5; n <= 10; n++) values.push(this.joined.characters(n, sequence.offsets) / length);
    return values;
  }
}
