/**
 * Reads a model in the ARPA format, from any program. What the file claims is checked against its size before memory is
 * taken for it, and every line against what the format allows.
 */
import { open } from 'node:fs/promises';
import { ArpaLines } from './arpa-lines.js';
import type { WordForm } from './characters.js';
import { highestOrder, type LanguageModel, newModel } from './model.js';
import { unknownWord, Vocabulary } from './vocabulary.js';

/** log10 probability of an unknown word in a model that gives none, as KenLM sets it. */
const missingUnknown = -100;

/** @throws AssayError naming the line */
export async function readArpa(path: string, words: WordForm): Promise<LanguageModel> {
  const file = await open(path, 'r');
  try {
    const lines = new ArpaLines(file, path);
    const counts = await readCounts(lines, (await file.stat()).size);
    const { vocabulary, values } = await readUnigrams(lines, counts[0]!);
    const model = newModel(words, vocabulary, counts.slice(1));
    model.unigrams.set(values.subarray(0, model.unigrams.length));
    for (let n = 2; n <= counts.length; n++) await readGrams(lines, model, n, counts[n - 1]!);
    await expectLine(lines, '\\end\\');
    return model;
  } finally {
    await file.close();
  }
}

/** The `\data\` section. What stands before it is a comment. */
async function readCounts(lines: ArpaLines, bytes: number): Promise<number[]> {
  for (let line = await lines.read(); line?.trim() !== '\\data\\'; line = await lines.read()) {
    if (line === undefined) {
      throw lines.error('not an ARPA file', {
        expected: 'a line \\data\\',
        fix: 'Give an ARPA file or one that assay wrote.',
      });
    }
  }
  const counts: number[] = [];
  let claimed = 0;
  for (let line = await lines.readFilled(); ; line = await lines.readFilled()) {
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

async function readUnigrams(
  lines: ArpaLines,
  count: number,
): Promise<{ vocabulary: Vocabulary; values: Float32Array }> {
  const vocabulary = Vocabulary.empty();
  // Special words that the file may lack come on top.
  const values = new Float32Array(2 * (count + vocabulary.count));
  const given = new Uint8Array(count + vocabulary.count);
  values[2 * unknownWord] = missingUnknown;
  for (let i = 0; i < count; i++) {
    const { words, log10, backoff } = await readGram(lines, 1);
    const word = vocabulary.addString(words[0]!);
    if (given[word]) throw lines.error('a word given twice', { got: words[0]! });
    given[word] = 1;
    values[2 * word] = log10;
    values[2 * word + 1] = backoff;
  }
  for (const special of ['<s>', '</s>']) {
    if (!given[vocabulary.findString(special)]) throw lines.error(`the 1-grams lack ${special}`);
  }
  return { vocabulary, values };
}

async function readGrams(lines: ArpaLines, model: LanguageModel, n: number, count: number): Promise<void> {
  await expectLine(lines, `\\${n}-grams:`);
  const { vocabulary, tables } = model;
  for (let i = 0; i < count; i++) {
    const { words, log10, backoff } = await readGram(lines, n);
    const ids = words.map((word) => vocabulary.findString(word));
    const unknown = words.find((_, at) => ids[at]! < 0);
    if (unknown !== undefined) throw lines.error('a word that is not among the 1-grams', { got: unknown });
    let parent = ids[n - 1]!;
    for (let order = 2; order < n && parent >= 0; order++) {
      parent = tables[order - 2]!.find(parent, ids[n - order]!);
    }
    if (parent < 0) {
      throw lines.error(`an ${n}-gram without its last ${n - 1} words among the ${n - 1}-grams`, {
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

interface ArpaGram {
  words: string[];
  log10: number;
  backoff: number;
}

async function readGram(lines: ArpaLines, n: number): Promise<ArpaGram> {
  const line = await lines.readFilled();
  if (line === undefined || line.startsWith('\\')) {
    throw lines.error(`fewer ${n}-grams than the counts claim`, { got: line ?? 'the end of the file' });
  }
  const fields = line.replace(/\r$/, '').split(/[ \t]+/);
  if (fields.length !== n + 1 && fields.length !== n + 2) {
    throw lines.error(`not a line of ${n}-grams`, {
      expected: `a log10 probability, ${n} words and perhaps a back-off weight`,
      got: line,
    });
  }
  const log10 = numberOf(fields[0]!);
  const backoff = fields.length === n + 2 ? numberOf(fields[n + 1]!) : 0;
  if (!(log10 <= 0))
    throw lines.error('not a log10 probability', { expected: 'a number up to 0', got: fields[0]! });
  if (Number.isNaN(backoff))
    throw lines.error('not a back-off weight', { expected: 'a number', got: fields[n + 1]! });
  return { words: fields.slice(1, n + 1), log10, backoff };
}

/** NaN for what is not a finite decimal number. */
function numberOf(field: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(field) ? finiteFloat(Number(field)) : Number.NaN;
}

function finiteFloat(value: number): number {
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}

async function expectLine(lines: ArpaLines, expected: string): Promise<void> {
  const line = await lines.readFilled();
  if (line?.trim() !== expected) {
    throw lines.error('a section is missing or too long', { expected, got: line ?? 'the end of the file' });
  }
}
