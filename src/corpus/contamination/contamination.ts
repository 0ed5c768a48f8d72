/** Contamination: how much of a document also stands in validation documents or benchmarks. */
import { wordHashes } from '../duplicates/index.js';
import type { DocumentText } from '../signals/document-text.js';
import type { SignalColumn, SignalGroup } from '../signals/signal.js';
import { type ContaminationIndex, readIndex } from './index-file.js';
import { ngramHashes } from './ngrams.js';

const source =
  '13-gram overlap as in GPT-3 (Brown et al. 2020, appendix C); texts of 8 to 12 words as a whole';

export const contaminationColumns: SignalColumn[] = [
  {
    name: 'contamination',
    type: 'DOUBLE',
    unit: 'share of words',
    range: '0 to 1',
    source,
    meaning:
      'Words inside a 13-gram (or a shorter text as a whole) that also occurs in a validation source or benchmark file.',
  },
  {
    name: 'contaminated_ngrams',
    type: 'BIGINT',
    unit: 'n-grams',
    range: '0 and up',
    source,
    meaning: 'N-grams of the document that also occur in a validation source or benchmark file.',
  },
];

export interface Contamination {
  /** Of the document's words, those that an n-gram in the index covers; null without words. */
  share: number | null;
  /** Places at which an n-gram of the index starts, for every n by itself. */
  ngrams: number;
}

/** @param index hash: of everything that the index was built from */
export function contaminationGroup({ index, hash }: { index: string; hash: string }): SignalGroup {
  return {
    name: 'contamination',
    version: 1,
    inputs: hash,
    columns: contaminationColumns,
    open: async () => {
      const ngrams = await readIndex(index);
      return (text) => {
        const found = contaminationOf(text, ngrams);
        return { values: [found.share, found.ngrams] };
      };
    },
  };
}

export function contaminationOf(text: DocumentText, index: ContaminationIndex): Contamination {
  const words = wordHashes(text);
  const count = words.high.length;
  if (count === 0) return { share: null, ngrams: 0 };
  let ngrams = 0;
  let covered: Uint8Array | undefined;
  for (const [n, set] of index) {
    const { high, low } = ngramHashes(words, n);
    for (let i = 0; i < high.length; i++) {
      if (!set.has(high[i]!, low[i]!)) continue;
      ngrams++;
      covered ??= new Uint8Array(count);
      covered.fill(1, i, i + n);
    }
  }
  let coveredWords = 0;
  if (covered !== undefined) for (const word of covered) coveredWords += word;
  return { share: coveredWords / count, ngrams };
}
