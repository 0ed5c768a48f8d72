/** A document's text, segmented at most once for all the signals that need its words. */
import { segmentWords, type Words } from './segment-words.js';

export type { Words } from './segment-words.js';

export class DocumentText {
  private segmented: Words | undefined;

  constructor(readonly text: string) {}

  /** Words by Unicode's default word boundaries (UAX #29) that hold a letter or digit: no punctuation, no space. */
  get words(): Words {
    this.segmented ??= segmentWords(this.text);
    return this.segmented;
  }
}
