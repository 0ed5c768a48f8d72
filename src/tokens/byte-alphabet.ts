/**
 * How GPT-2's files write a byte string as printable text: bytes that are printable in Latin-1 stand for themselves,
 * the other 68 are written as the characters from U+0100 on, in byte order. A space becomes `Ġ`, a line feed `Ċ`.
 */

const printable = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

/** The character that stands for each byte. */
const alphabet: string[] = [];
for (let byte = 0, extra = 0x100; byte < 256; byte++) {
  alphabet.push(String.fromCharCode(printable(byte) ? byte : extra++));
}
const bytesByCharacter = new Map(alphabet.map((character, byte) => [character, byte]));

/** @param token one character a byte, U+0000 … U+00FF */
export function toAlphabet(token: string): string {
  let text = '';
  for (let i = 0; i < token.length; i++) text += alphabet[token.charCodeAt(i)];
  return text;
}

/** The inverse of `toAlphabet`; undefined for a character that is not in the alphabet. */
export function fromAlphabet(text: string): string | undefined {
  let token = '';
  for (const character of text) {
    const byte = bytesByCharacter.get(character);
    if (byte === undefined) return undefined;
    token += String.fromCharCode(byte);
  }
  return token;
}
