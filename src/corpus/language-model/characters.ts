/**
 * What each character is to a language model: part of a word, a word of its own, a space, or nothing.
 *
 * `normalised`, for natural text and nearly what CCNet does before its models (Wenzek et al. 2020, arXiv:1911.00359,
 * section 4): lower case, digits become 0, accents are dropped, typographic punctuation becomes its ASCII likeness. CCNet
 * then splits into SentencePiece units; here a word is a run of letters, digits and what is left, and these are words
 * of their own: each punctuation mark and symbol, each Han, Hiragana and Katakana character, and each character outside
 * the first plane (emoji, say). Control and format characters (soft hyphens, joiners) count for nothing.
 *
 * `raw`: words are what stands between spaces, as KenLM's lmplz reads text that has been split before.
 */

/** How text becomes words; a model is scored with the form that it was trained with. */
export type WordForm = 'normalised' | 'raw';

export const wordForms: readonly WordForm[] = ['normalised', 'raw'];

/** What a UTF-16 unit does. */
export const Role = {
  inWord: 0,
  alone: 1,
  space: 2,
  lineEnd: 3,
  ignored: 4,
  pairBegins: 5,
  pairEnds: 6,
} as const;

/** By UTF-16 unit: role · 65536 + the unit that stands in its place. */
export type CharacterTable = Int32Array;

const units = 65536;
const tables = new Map<WordForm, CharacterTable>();

export function characterTable(form: WordForm): CharacterTable {
  const table = tables.get(form) ?? (form === 'raw' ? rawTable() : normalisedTable());
  tables.set(form, table);
  return table;
}

function rawTable(): CharacterTable {
  const table = Int32Array.from({ length: units }, (_, unit) => entry(Role.inWord, unit));
  for (const space of '\0\t\r ') table[space.charCodeAt(0)] = entry(Role.space, 32);
  table[10] = entry(Role.lineEnd, 10);
  return table;
}

function normalisedTable(): CharacterTable {
  return Int32Array.from({ length: units }, (_, unit) => normalisedEntry(unit));
}

function normalisedEntry(unit: number): number {
  if (unit === 10) return entry(Role.lineEnd, unit);
  if (unit >= 0xd800 && unit <= 0xdbff) return entry(Role.pairBegins, unit);
  if (unit >= 0xdc00 && unit <= 0xdfff) return entry(Role.pairEnds, unit);
  const character = String.fromCharCode(unit);
  if (/[\s\u0085]/u.test(character)) return entry(Role.space, 32);
  if (/[\p{Cc}\p{Cf}\p{Mn}\p{Cn}]/u.test(character)) return entry(Role.ignored, 0);
  if (/\p{Nd}/u.test(character)) return entry(Role.inWord, '0'.charCodeAt(0));
  if (/[\p{P}\p{S}]/u.test(character)) return entry(Role.alone, plainPunctuation(character).charCodeAt(0));
  const role = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)
    ? Role.alone
    : Role.inWord;
  return entry(role, plainLetter(character).charCodeAt(0));
}

function entry(role: number, unit: number): number {
  return role * units + unit;
}

/** Lower case without accents, where that is one unit; else the letter in lower case, or as it is. */
function plainLetter(letter: string): string {
  const lower = letter.toLowerCase();
  const plain = lower.normalize('NFD').replace(/\p{Mn}/gu, '');
  return [plain, lower, letter].find((form) => form.length === 1)!;
}

/** Typographic marks by the ASCII character that they stand for; the CJK width variants have theirs by NFKC. */
const likenesses: readonly (readonly [ascii: string, marks: string])[] = [
  ['"', '“”„‟«»″〝〞〟'],
  ["'", '‘’‚‛‹›′`´'],
  ['-', '‐‑‒–—―−─'],
  [',', '、،'],
  ['.', '。…‥'],
  ['*', '•‣▪■●'],
  ['?', '؟'],
];

function plainPunctuation(mark: string): string {
  const ascii = likenesses.find(([, marks]) => marks.includes(mark))?.[0];
  const compatible = mark.normalize('NFKC');
  return ascii ?? (compatible.length === 1 ? compatible : mark);
}
