/**
 * GPT-2's pre-tokenisation: the pieces that merges never cross.
 *
 * The pattern is GPT-2's; beside it stands a scanner that finds the same pieces without a regular expression, because
 * engines of regular expressions overflow on runs of a million characters, which real files hold.
 */

/** As tiktoken and Hugging Face's ByteLevel take it. White space is Unicode's White_Space, not JavaScript's `\s`. */
export const gpt2Pattern =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const other = 0;
const letter = 1;
const digit = 2;
const space = 3;

const spaces = new Set([
  9, 10, 11, 12, 13, 32, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007,
  0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
]);

function classify(codePoint: number): number {
  if (spaces.has(codePoint)) return space;
  const character = String.fromCodePoint(codePoint);
  if (/\p{L}/u.test(character)) return letter;
  return /\p{N}/u.test(character) ? digit : other;
}

/** Class of each UTF-16 unit; surrogates are looked up by code point instead. */
const unitClasses = Uint8Array.from({ length: 0x10000 }, (_, unit) => classify(unit));

/** Class of the character at `i` of well-formed text. For the second half of a pair: the class of `other`. */
function classAt(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  return unit >= 0xd800 && unit <= 0xdbff ? classify(text.codePointAt(i)!) : unitClasses[unit]!;
}

/** End of the run of characters of one class that begins at `start`. */
function runEnd(text: string, start: number, runClass: number): number {
  let i = start;
  while (i < text.length && classAt(text, i) === runClass) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return i;
}

const apostrophe = 0x27;
const contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/** The end of the piece that begins at `start`; pieces follow each other without gaps. */
export function pieceEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === apostrophe) {
    const contraction = contractions.find((candidate) => text.startsWith(candidate, start));
    if (contraction !== undefined) return start + contraction.length;
  }
  const body = text.charCodeAt(start) === 0x20 && start + 1 < text.length ? start + 1 : start;
  const bodyClass = classAt(text, body);
  if (bodyClass !== space) return runEnd(text, body, bodyClass);
  const end = runEnd(text, start, space);
  // White space before a word leaves its last character to the word, unless it is the only one.
  return end === text.length || end - start === 1 ? end : end - 1;
}

/**
 * Cuts a text near every `units` UTF-16 units where a piece ends whatever stands around it: between a character that
 * is no white space and one that is. A part is longer when it holds no such place.
 */
export function* safeParts(text: string, units: number): Iterable<string> {
  let start = 0;
  while (text.length - start > units) {
    let cut = start + units;
    while (
      cut < text.length &&
      !(classAt(text, cut) === space && unitClasses[text.charCodeAt(cut - 1)] !== space)
    ) {
      cut++;
    }
    yield text.slice(start, cut);
    start = cut;
  }
  if (start < text.length) yield text.slice(start);
}
