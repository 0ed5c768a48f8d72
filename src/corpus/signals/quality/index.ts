/** Counts that quality rules of public corpora decide by. Lines are stripped and not blank; lengths are in code points. */
import type { DocumentText } from '../document-text.js';
import type { SignalGroup, SignalValue } from '../signal.js';
import { qualityColumns } from './columns.js';
import { countLines } from './count-lines.js';
import { countSentences, occurrences } from './count-occurrences.js';
import { countWords } from './count-words.js';

const symbols = ['#', '...', '. . .', '…'];
const policies = [
  'terms of use',
  'privacy policy',
  'cookie policy',
  'uses cookies',
  'use of cookies',
  'use cookies',
];

/** The group `quality`. A share of nothing (of the words of a blank text, say) is null. */
export function qualityGroup(): SignalGroup {
  return {
    name: 'quality',
    version: 1,
    columns: qualityColumns,
    open: async () => (text) => ({ values: measure(text) }),
  };
}

function measure(document: DocumentText): SignalValue[] {
  const { text } = document;
  const words = countWords(text);
  const lines = countLines(text);
  const lower = text.toLowerCase();
  const sum = (haystack: string, needles: string[]) =>
    needles.reduce((total, needle) => total + occurrences(haystack, needle), 0);
  return [
    share(words.wordCharacters, words.words),
    words.longestWord,
    share(sum(text, symbols), words.words),
    share(words.alphabetic, words.words),
    words.stopWords,
    words.distinctStopWords,
    share(lines.bullets, lines.lines),
    share(lines.ellipses, lines.lines),
    share(lines.punctuated, lines.lines),
    share(lines.short, lines.lines),
    share(lines.characters, lines.lines),
    lines.longest,
    share(occurrences(text, '\n'), words.words),
    countSentences(text),
    share(words.capitals, words.words),
    share(words.uppercase, words.letters),
    share(words.digits, words.characters),
    share(words.letters + words.digits, words.characters),
    ...variety(document),
    sum(text, ['{', '}']),
    sum(lower, ['javascript']),
    sum(lower, ['lorem ipsum']),
    sum(lower, policies),
  ];
}

/** Distinct words per word, and the entropy −Σ p ln p of the words. */
function variety({ words, wordIds }: DocumentText): [unique: number | null, entropyNats: number | null] {
  if (words.count === 0) return [null, null];
  let sum = 0;
  for (const count of wordIds.counts) sum += count * Math.log(count);
  const entropy = Math.log(words.count) - sum / words.count;
  return [wordIds.counts.length / words.count, Math.max(entropy, 0)];
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
