/** A document's text, segmented at most once for all the signals that need its words. */

/** UTF-16 positions: word i is text.slice(starts[i], ends[i]). */
export interface Words {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
}

export class DocumentText {
  private segmented: Words | undefined;

  constructor(readonly text: string) {}

  /** Words by Unicode's default word boundaries (UAX #29) that hold a letter or digit: no punctuation, no space. */
  get words(): Words {
    this.segmented ??= segmentWords(this.text);
    return this.segmented;
  }
}

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

function segmentWords(text: string): Words {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { index, segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike !== true) continue;
    starts.push(index);
    ends.push(index + segment.length);
  }
  return { count: starts.length, starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}
