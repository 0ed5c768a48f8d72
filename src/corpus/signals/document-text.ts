/** A document's text, segmented at most once for all the signals that need its words. */
import { segmentWords, type Words } from './segment-words.js';
import { SpanIds } from './span-ids.js';

export type { Words } from './segment-words.js';

/** Words as numbers: equal words have equal numbers, in order of first occurrence from 0. */
export interface WordIds {
  /** [words.count] */
  ids: Int32Array;
  /** [distinct] how often the word occurs. */
  counts: Int32Array;
  /** [distinct] its length in code points. */
  characters: Int32Array;
}

const spans = new SpanIds();

export class DocumentText {
  private segmented: Words | undefined;
  private numbered: WordIds | undefined;

  constructor(readonly text: string) {}

  /** Words by Unicode's default word boundaries (UAX #29) that hold a letter or digit: no punctuation, no space. */
  get words(): Words {
    this.segmented ??= segmentWords(this.text);
    return this.segmented;
  }

  /** The same words as numbers; upper and lower case differ. */
  get wordIds(): WordIds {
    this.numbered ??= numberWords(this.text, this.words);
    return this.numbered;
  }
}

function numberWords(text: string, words: Words): WordIds {
  spans.reset(text);
  const ids = new Int32Array(words.count);
  for (let i = 0; i < words.count; i++) ids[i] = spans.add(words.starts[i]!, words.ends[i]!);
  return {
    ids,
    counts: spans.counts.slice(0, spans.size),
    characters: spans.characters.slice(0, spans.size),
  };
}
