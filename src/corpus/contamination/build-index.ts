/** The n-grams that must not be trained on, of validation documents and benchmarks, as an index file. */
import { wordHashes } from '../duplicates/index.js';
import { DocumentText } from '../signals/document-text.js';
import { HashSet } from './hash-set.js';
import { writeIndex } from './index-file.js';
import { ngramHashes, ngramLength } from './ngrams.js';

export interface ContaminationIndexCounts {
  texts: number;
  /** Texts of fewer than 8 words, which nothing stands for in the index. */
  tooShort: number;
  /** Distinct n-grams in the index. */
  ngrams: number;
}

/**
 * Writes the index of all n-grams of the texts; see `ngrams.ts` for which n.
 * @throws AssayError when the file cannot be written; and whatever `texts` throws
 */
export async function buildContaminationIndex(
  texts: AsyncIterable<{ text: string }>,
  file: string,
): Promise<ContaminationIndexCounts> {
  const index = new Map<number, HashSet>();
  const counts = { texts: 0, tooShort: 0, ngrams: 0 };
  for await (const { text } of texts) {
    counts.texts++;
    const words = wordHashes(new DocumentText(text));
    const n = ngramLength(words.high.length);
    if (n === undefined) {
      counts.tooShort++;
      continue;
    }
    const set = index.get(n) ?? new HashSet();
    index.set(n, set);
    const { high, low } = ngramHashes(words, n);
    for (let i = 0; i < high.length; i++) set.add(high[i]!, low[i]!);
  }
  await writeIndex(file, index);
  for (const set of index.values()) counts.ngrams += set.size;
  return counts;
}
