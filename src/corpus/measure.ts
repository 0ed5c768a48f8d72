/** Signals that need no model and no tokenizer, measured once per document in one pass over the text. */

export interface Signals {
  /** UTF-8 bytes. */
  bytes: number;
  /** Unicode code points. */
  characters: number;
  /** Runs of characters that are not white space, as `wc -w` counts. */
  words: number;
  /** Lines; a final line break ends the last line and does not open another. */
  lines: number;
}

/** An empty text measures 0 in every signal. */
export function measure(text: string): Signals {
  let lowSurrogates = 0;
  let words = 0;
  let breaks = 0;
  let insideWord = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xdc00 && unit <= 0xdfff) lowSurrogates++;
    if (unit === 10) breaks++;
    const space = isSpace(unit);
    if (!space && !insideWord) words++;
    insideWord = !space;
  }
  return {
    bytes: Buffer.byteLength(text, 'utf8'),
    characters: text.length - lowSurrogates,
    words,
    lines: breaks + (text.length > 0 && !text.endsWith('\n') ? 1 : 0),
  };
}

/** Unicode's White_Space property; all of it lies in the first plane. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 32 || (unit >= 9 && unit <= 13);
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}
