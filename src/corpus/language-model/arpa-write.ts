/** Writes a model in the ARPA format, which KenLM, SRILM and others read. */
import { writeFileWith } from '../../store/index.js';
import type { GramTable } from './gram-table.js';
import { gramsByOrder, type LanguageModel } from './model.js';

/** Text is handed to the file in pieces of about so many characters. */
const pieceLength = 1 << 20;

/** @throws AssayError when the disk refuses */
export async function writeArpa(path: string, model: LanguageModel): Promise<void> {
  await writeFileWith(path, async (file) => {
    let piece = '';
    for (const line of arpaLines(model)) {
      piece += line;
      if (piece.length < pieceLength) continue;
      await file.writeFile(piece);
      piece = '';
    }
    await file.writeFile(piece);
  });
}

function* arpaLines(model: LanguageModel): Generator<string> {
  const { vocabulary, unigrams, tables, order } = model;
  const words = Array.from({ length: vocabulary.count }, (_, word) => vocabulary.word(word));
  const counts = gramsByOrder(model).map((count, i) => `ngram ${i + 1}=${count}\n`);
  yield `\\data\\\n${counts.join('')}\n\\1-grams:\n`;
  for (const [i, word] of words.entries()) {
    yield `${number(unigrams[2 * i]!)}\t${word}\t${number(unigrams[2 * i + 1]!)}\n`;
  }
  for (let n = 2; n <= order; n++) {
    const table = tables[n - 2]!;
    yield `\n\\${n}-grams:\n`;
    for (let slot = 0; slot < table.capacity; slot++) {
      if (!table.holds(slot)) continue;
      const backoff = n < order ? `\t${number(table.backoff(slot))}` : '';
      yield `${number(table.probability(slot))}\t${gramText(tables, words, n, slot)}${backoff}\n`;
    }
  }
  yield '\n\\end\\\n';
}

/** An n-gram's words in reading order: a slot names its first word, its parent the second, and so on. */
function gramText(tables: readonly GramTable[], words: readonly string[], n: number, slot: number): string {
  let text = '';
  let at = slot;
  for (let order = n; order >= 2; order--) {
    const table = tables[order - 2]!;
    text += `${words[table.word(at)]!} `;
    at = table.parent(at);
  }
  return text + words[at]!;
}

/** Nine digits tell all float32 numbers apart. */
function number(value: number): string {
  return `${Number(value.toPrecision(9))}`;
}
