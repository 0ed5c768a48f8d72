/** What a character is to the quality counts, by UTF-16 unit. */
import { isSpace } from '../white-space.js';

export const letterBit = 1;
export const uppercaseBit = 2;
export const digitBit = 4;
export const spaceBit = 8;

/** Bits of a UTF-16 unit; 0 for punctuation, symbols and surrogates. */
export const bitsOf = new Uint8Array(0x10000);
for (let unit = 0; unit < 0x10000; unit++) bitsOf[unit] = bits(String.fromCharCode(unit));

/** Bits of the code point whose first surrogate is at `i`. */
export function pairBits(text: string, i: number): number {
  return bits(String.fromCodePoint(text.codePointAt(i)!));
}

function bits(character: string): number {
  if (isSpace(character.charCodeAt(0))) return spaceBit;
  if (/\p{L}/u.test(character)) return letterBit | (/\p{Lu}/u.test(character) ? uppercaseBit : 0);
  return /\p{Nd}/u.test(character) ? digitBit : 0;
}
