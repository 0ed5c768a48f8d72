/**
 * The Word_Break property (UAX #29) of the characters that the hand-written segmenter reads itself: ASCII, Latin,
 * Greek, Cyrillic, general punctuation and the symbols beside it.
 */

/** Letters, digits and connectors (`_`) join each other; the first three classes are those a word can start with. */
export const letter = 0;
export const digit = 1;
export const connector = 2;
/** Joins two letters: `a:b`, `a·b`. */
export const midLetter = 3;
/** Joins two digits: `1,2`. */
export const midNumber = 4;
/** Joins two letters or two digits: `don't`, `3.5`. */
export const midEither = 5;
/** Joins nothing. */
export const other = 6;
/** As `other`, and ASCII: there is a boundary before it whatever stands around it. */
export const separator = 7;
/** Not read here: marks, format characters, scripts without spaces, emoji, surrogates. */
export const foreign = 8;

/** Class of a UTF-16 code unit. */
export const classOf = new Uint8Array(0x10000).fill(foreign);

const alphabetic = /\p{Alphabetic}/u;
const notMark = /\P{Mark}/u;

for (const [first, last] of [
  [0x00, 0x2ff],
  [0x370, 0x52f],
  [0x1e00, 0x20cf],
  [0x2100, 0x23ff],
] as const) {
  for (let unit = first; unit <= last; unit++) {
    const character = String.fromCharCode(unit);
    if (alphabetic.test(character)) classOf[unit] = letter;
    else classOf[unit] = unit < 0x80 ? separator : other;
    if (!notMark.test(character)) classOf[unit] = foreign;
  }
}

function assign(unitClass: number, ...ranges: [first: number, last?: number][]): void {
  for (const [first, last = first] of ranges) classOf.fill(unitClass, first, last + 1);
}

// Not alphabetic by category, but letters to UAX #29: modifier symbols between letters.
assign(letter, [0xb8], [0x2c2, 0x2c5], [0x2d2, 0x2d7], [0x2de, 0x2df], [0x2e5, 0x2ff]);
assign(digit, [0x30, 0x39]);
assign(connector, [0x5f], [0x202f], [0x203f, 0x2040], [0x2054]);
assign(midLetter, [0x3a], [0xb7], [0x387], [0x2027]);
assign(midNumber, [0x2c], [0x3b], [0x37e], [0x2044]);
assign(midEither, [0x27], [0x2e], [0x2018, 0x2019], [0x2024]);
// Invisible format characters stick to what stands before them.
assign(foreign, [0xad], [0x200c, 0x200f], [0x202a, 0x202e], [0x2060, 0x2064], [0x2066, 0x206f]);
