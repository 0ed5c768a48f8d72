/**
 * Tokens as spaCy's blank English tokenizer makes them, close enough that datatrove's decisions come out the same: text is
 * cut at white space; from each piece, prefixes (opening punctuation) and suffixes (closing punctuation, units, `'s`) are
 * peeled off until an exception or nothing to peel is left; what remains is a web address, or is cut at infixes (hyphens
 * between letters, an ellipsis, …). The algorithm is the one of spaCy's documentation, "How spaCy's tokenizer works".
 */
import type { Words } from '../segment-words.js';
import { addWord, isSpace, skipSpace } from '../white-space.js';
import { englishExceptions } from './english-exceptions.js';

/** A piece longer than this is no word: one token, which keeps hostile text from costing quadratic time. */
const longestPiece = 400;
/** Pieces whose cuts are remembered; on reaching it the memory starts over. */
const rememberedPieces = 100_000;

const punctuation = '…,:;!?¿؟¡()\\[\\]{}<>_#*&。？！，、；：～·।،۔؛٪';
const quotes = '\'"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉⟦⟧';
const currency = '(?:[$£€¥฿₽﷼₠-₿]|US\\$|C\\$|A\\$)';
const units =
  '(?:km[²³]?|m[²³]?|dm[²³]?|cm[²³]?|mm[²³]?|ha|µm|nm|yd|in|ft|kg|g|mg|µg|t|lb|oz|m/s|km/h|kmh|mph|hPa|Pa|mbar|mb|MB|kb|KB|gb|GB|tb|TB|T|G|M|K|%)';
const lower = '\\p{Ll}\\p{Lo}';
const upper = '\\p{Lu}\\p{Lo}';
const alpha = '\\p{L}';

const prefix = new RegExp(
  `^(?:[§%=—–]|\\+(?![0-9])|……|[${punctuation}]|\\.\\.+|[${quotes}]|${currency}|\\p{So})`,
  'u',
);
const suffix = new RegExp(
  `(?:……|[${punctuation}]|\\.\\.+|[${quotes}]|\\p{So}|['’][sS]|[—–]|(?<=[0-9])\\+|(?<=°[FfCcKk])\\.|(?<=[0-9])${currency}|(?<=[0-9])${units}|(?<=[0-9${lower}%²\\-+|${punctuation}${quotes}])\\.|(?<=[${upper}][${upper}])\\.)$`,
  'u',
);
const infix = new RegExp(
  `\\.\\.+|…|\\p{So}|(?<=[0-9])[+\\-*^](?=[0-9-])|(?<=[${lower}${quotes}])\\.(?=[${upper}${quotes}])|(?<=${alpha}),(?=${alpha})|(?<=[${alpha}0-9])(?:---|--|——|[-–—~])(?=${alpha})|(?<=[${alpha}0-9])[:<>=/](?=${alpha})`,
  'gu',
);
/** An address with or without a scheme, whose last part before port and path is a lower-case top-level domain. */
const address =
  /^(?:[\w+\-.]{2,}:\/\/)?(?:\S+@)?(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff_-]{0,62}[A-Za-z0-9\u00a1-\uffff])?\.)+[\p{Ll}\p{Lo}]{2,63})(?::\d{2,5})?(?:[/?#]\S*)?$/u;

export class EnglishTokens {
  private remembered = new Map<string, readonly number[]>();

  split(text: string): Words {
    const tokens: Words = { count: 0, starts: new Int32Array(256), ends: new Int32Array(256) };
    for (let start = skipSpace(text, 0, text.length); start < text.length; ) {
      let end = start + 1;
      while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
      if (end - start > longestPiece) addWord(tokens, start, end);
      else {
        let from = start;
        for (const length of this.lengths(text.slice(start, end))) {
          addWord(tokens, from, from + length);
          from += length;
        }
      }
      start = skipSpace(text, end, text.length);
    }
    return tokens;
  }

  private lengths(piece: string): readonly number[] {
    let lengths = this.remembered.get(piece);
    if (lengths === undefined) {
      lengths = tokenLengths(piece);
      if (this.remembered.size >= rememberedPieces) this.remembered.clear();
      this.remembered.set(piece, lengths);
    }
    return lengths;
  }
}

/** Lengths of the tokens of a text without white space; they add up to its length. */
function tokenLengths(piece: string): number[] {
  const before: number[] = [];
  const after: number[] = [];
  let rest = piece;
  while (rest !== '' && !englishExceptions.has(rest)) {
    const head = prefix.exec(rest)?.[0].length ?? 0;
    if (head > 0 && englishExceptions.has(rest.slice(head))) {
      before.push(head);
      rest = rest.slice(head);
      break;
    }
    const tail = suffix.exec(rest.slice(head))?.[0].length ?? 0;
    if (tail > 0 && englishExceptions.has(rest.slice(0, -tail))) {
      after.unshift(tail);
      rest = rest.slice(0, -tail);
      break;
    }
    if (head === 0 && tail === 0) break;
    if (head > 0) before.push(head);
    if (tail > 0) after.unshift(tail);
    rest = rest.slice(head, rest.length - tail);
  }
  return joinExceptions(piece, [...before, ...innerLengths(rest), ...after]);
}

/** Exceptions such as `:)` that the rules have cut are put together again: neighbours, two or three of them. */
function joinExceptions(piece: string, lengths: number[]): number[] {
  const joined: number[] = [];
  let start = 0;
  for (let i = 0; i < lengths.length; ) {
    let end = start;
    let take = 1;
    for (let k = 1; k <= 3 && i + k <= lengths.length; k++) {
      end += lengths[i + k - 1]!;
      if (k > 1 && end - start <= 6 && englishExceptions.get(piece.slice(start, end))?.length === 1) take = k;
    }
    const length = lengths.slice(i, i + take).reduce((sum, part) => sum + part, 0);
    joined.push(length);
    start += length;
    i += take;
  }
  return joined;
}

function innerLengths(rest: string): readonly number[] {
  if (rest === '') return [];
  const exception = englishExceptions.get(rest);
  if (exception !== undefined) return exception;
  if (address.test(rest)) return [rest.length];
  const lengths: number[] = [];
  let start = 0;
  for (const { index, 0: match } of rest.matchAll(infix)) {
    // At the very start an infix stays with what follows it.
    if (index === 0) continue;
    if (index > start) lengths.push(index - start);
    lengths.push(match.length);
    start = index + match.length;
  }
  if (start < rest.length) lengths.push(rest.length - start);
  return lengths;
}
