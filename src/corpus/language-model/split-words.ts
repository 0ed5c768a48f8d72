/** A text to the words of a language model, line by line, without making a string for a word. */
import { type CharacterTable, Role } from './characters.js';

/** A longer run of characters is cut into words of this many UTF-16 units: an encoded file is no vocabulary. */
export const longestWord = 1024;

/** What is done with the words of a text, in order. */
export interface WordSink {
  /** @param units the word is units[0 .. length); they are overwritten after the call */
  word(units: Uint16Array, length: number, hash: number): void;
  /** Called after each line, a last one without line break included. */
  lineEnd(): void;
}

const buffer = new Uint16Array(longestWord);

/** FNV-1a over UTF-16 units. */
export const hashStart = 0x811c9dc5 | 0;
export function hashNext(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

export function splitWords(text: string, table: CharacterTable, sink: WordSink): void {
  let length = 0;
  let hash = hashStart;
  for (let i = 0; i < text.length; i++) {
    const entry = table[text.charCodeAt(i)]!;
    const role = entry >> 16;
    if (role === Role.ignored) continue;
    const extends_ = role === Role.inWord || role === Role.pairEnds;
    if (length > 0 && (!extends_ || length === longestWord)) {
      sink.word(buffer, length, hash);
      length = 0;
      hash = hashStart;
    }
    if (role === Role.space) continue;
    if (role === Role.lineEnd) {
      sink.lineEnd();
      continue;
    }
    const unit = entry & 0xffff;
    buffer[length++] = unit;
    hash = hashNext(hash, unit);
    if (role === Role.alone || role === Role.pairEnds) {
      sink.word(buffer, length, hash);
      length = 0;
      hash = hashStart;
    }
  }
  if (length > 0) sink.word(buffer, length, hash);
  sink.lineEnd();
}
