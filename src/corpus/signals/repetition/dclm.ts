/**
 * Repetition as DCLM-baseline measures it (Li et al. 2024, arXiv 2406.11794, repetition filters): all copies of a line or
 * paragraph count, over the characters of the lines or paragraphs; words are Unicode words that start with a letter or
 * digit, and n-gram shares are over the characters of the words. These are the semantics behind the paper's recipes.
 */
import type { DocumentText } from '../document-text.js';
import type { SignalValue } from '../signal.js';
import { SpanIds } from '../span-ids.js';
import { classOf, connector } from '../word-break-classes.js';
import { coveredCharacters, longestTopNgram } from './ngram-measures.js';
import { RepeatedNgrams } from './repeated-ngrams.js';
import { countCopies, type SegmentCopies } from './segments.js';
import { unicodeSequence } from './word-sequence.js';

const lines = { breaks: 1, runs: false, stripText: false, stripSegments: true } as const;
const paragraphs = { breaks: 2, runs: false, stripText: false, stripSegments: true } as const;

/** `_name` is a Unicode word, but starts with no letter or digit. */
const startsWord = (unit: number) => classOf[unit] !== connector;

export class DclmRepetition {
  private spans = new SpanIds();
  private ngrams = new RepeatedNgrams();

  /** The 13 measurements. Null: the text has no line. */
  measure(document: DocumentText): SignalValue[] {
    const { text } = document;
    const line = countCopies(text, lines, this.spans);
    const paragraph = countCopies(text, paragraphs, this.spans);
    if (line.segments === 0) return Array<null>(13).fill(null);
    return [
      segmentShare(line, line.copies, line.segments),
      segmentShare(paragraph, paragraph.copies, paragraph.segments),
      segmentShare(line, line.copyCharacters, line.characters),
      segmentShare(paragraph, paragraph.copyCharacters, paragraph.characters),
      ...this.ngramShares(document),
    ];
  }

  private ngramShares(document: DocumentText): number[] {
    const sequence = unicodeSequence(document, startsWord);
    const characters = sequence.offsets[sequence.count]!;
    const shares: number[] = [];
    this.ngrams.reset(sequence);
    while (this.ngrams.n < 10) {
      this.ngrams.advance();
      if (this.ngrams.active === 0) shares.push(0);
      else if (this.ngrams.n <= 4) {
        const top = longestTopNgram(this.ngrams, sequence)!;
        shares.push((top.count * top.characters) / characters);
      } else shares.push(coveredCharacters(this.ngrams, sequence) / characters);
    }
    return shares;
  }
}

/** A document of a single line, or paragraph, repeats none. */
function segmentShare({ segments }: SegmentCopies, copied: number, all: number): number {
  return segments === 1 ? 0 : copied / all;
}
