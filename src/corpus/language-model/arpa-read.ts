/**
 * Reads a model in the ARPA format, from any program. What the file claims is checked against its size before memory is
 * taken for it, and every line against what the format allows.
 */
import { fstatSync } from 'node:fs';
import { readGram } from './arpa-gram.js';
import { ArpaLines } from './arpa-lines.js';
import { ArpaSuffixes } from './arpa-suffixes.js';
import type { WordForm } from './characters.js';
import { type LanguageModel, newModel } from './model.js';
import { highestOrder } from './model-layout.js';
import { unknownWord, Vocabulary } from './vocabulary.js';

/** log10 probability of an unknown word in a model that gives none, as KenLM sets it. */
const missingUnknown = -100;

/**
 * @param file open at its begin
 * @throws AssayError naming the line
 */
export function readArpa(file: number, path: string, words: WordForm): LanguageModel {
  const lines = new ArpaLines(file, path);
  const counts = readCounts(lines, fstatSync(file).size);
  const { vocabulary, numbers, values } = readUnigrams(lines, counts[0]!);
  const model = newModel(words, vocabulary, counts.slice(1));
  model.unigrams.set(values.subarray(0, model.unigrams.length));
  const suffixes = new ArpaSuffixes(model, counts);
  for (let n = 2; n <= counts.length; n++) readGrams(lines, model, numbers, suffixes, n, counts[n - 1]!);
  expectLine(lines, '\\end\\');
  return model;
}

/** The `\data\` section. What stands before it is a comment. */
function readCounts(lines: ArpaLines, bytes: number): number[] {
  for (let line = lines.read(); line?.trim() !== '\\data\\'; line = lines.read()) {
    if (line === undefined) {
      throw lines.error('not an ARPA file', {
        expected: 'a line \\data\\',
        fix: 'Give an ARPA file or one that assay wrote.',
      });
    }
  }
  const counts: number[] = [];
  let claimed = 0;
  for (let line = lines.readFilled(); ; line = lines.readFilled()) {
    const match = /^ngram (\d+)\s*=\s*(\d+)$/.exec(line?.trim() ?? '');
    if (match === null) {
      if (line?.trim() === '\\1-grams:' && counts.length >= 2) return counts;
      const expected = counts.length < 2 ? `ngram ${counts.length + 1}=…` : 'ngram …=… or \\1-grams:';
      throw lines.error('the counts are not complete', { expected, got: line ?? 'the end of the file' });
    }
    const order = Number(match[1]);
    const count = Number(match[2]);
    if (order !== counts.length + 1 || order > highestOrder) {
      const expected =
        counts.length < highestOrder ? `order ${counts.length + 1}` : `at most order ${highestOrder}`;
      throw lines.error('the counts are not in order', { expected, got: match[1]! });
    }
    // An n-gram takes a digit, n times a space and a character, and a line break.
    claimed += count * (2 * order + 2);
    if (claimed > bytes || count < 1) {
      const expected = `1 to ${Math.floor(bytes / (2 * order + 2))} in a file of ${bytes} bytes`;
      throw lines.error(`an impossible count of ${order}-grams`, { expected, got: match[2]! });
    }
    counts.push(count);
  }
}

function readUnigrams(
  lines: ArpaLines,
  count: number,
): { vocabulary: Vocabulary; numbers: Map<string, number>; values: Float32Array } {
  const vocabulary = Vocabulary.empty();
  const numbers = new Map<string, number>();
  // Special words that the file may lack come on top.
  const values = new Float32Array(2 * (count + vocabulary.count));
  values[2 * unknownWord] = missingUnknown;
  for (let i = 0; i < count; i++) {
    const { words, log10, backoff } = readGram(lines, 1);
    if (numbers.has(words[0]!)) throw lines.error('a word given twice', { got: words[0]! });
    const word = vocabulary.addString(words[0]!);
    numbers.set(words[0]!, word);
    values[2 * word] = log10;
    values[2 * word + 1] = backoff;
  }
  for (const special of ['<s>', '</s>']) {
    if (!numbers.has(special)) throw lines.error(`the 1-grams lack ${special}`);
  }
  return { vocabulary, numbers, values };
}

/** @param numbers of the words; the vocabulary's own look-up is slower from strings */
function readGrams(
  lines: ArpaLines,
  { tables }: LanguageModel,
  numbers: ReadonlyMap<string, number>,
  suffixes: ArpaSuffixes,
  n: number,
  count: number,
): void {
  expectLine(lines, `\\${n}-grams:`);
  const ids = new Array<number>(n);
  for (let i = 0; i < count; i++) {
    const { words, log10, backoff } = readGram(lines, n);
    for (let at = 0; at < n; at++) {
      const number = numbers.get(words[at]!);
      if (number === undefined)
        throw lines.error('a word that is not among the 1-grams', { got: words[at]! });
      ids[at] = number;
    }
    const parent = suffixes.slot(ids, 1, n);
    if (parent < 0) {
      throw lines.error('too many n-grams whose last words are not among the shorter n-grams', {
        got: words.join(' '),
        fix: 'Write the model with lmplz, whose pruning keeps them.',
      });
    }
    const table = tables[n - 2]!;
    if (table.find(parent, ids[0]!) >= 0)
      throw lines.error('an n-gram given twice', { got: words.join(' ') });
    table.insert(parent, ids[0]!, log10, backoff);
  }
}

function expectLine(lines: ArpaLines, expected: string): void {
  const line = lines.readFilled();
  if (line?.trim() !== expected) {
    throw lines.error('a section is missing or too long', { expected, got: line ?? 'the end of the file' });
  }
}
