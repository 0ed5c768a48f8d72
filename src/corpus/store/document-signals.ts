/** The signals that every document has: columns of `documents.parquet`, and `tokens`, which the token store adds. */
import type { SignalColumn } from '../signals/signal.js';

const source = 'Unicode; UTF-8';

const length = (name: string, unit: string, meaning: string): SignalColumn => ({
  name,
  type: 'BIGINT',
  unit,
  range: '0 and up',
  source,
  meaning,
});

export const documentSignals: readonly SignalColumn[] = [
  {
    name: 'copy',
    type: 'BIGINT',
    unit: 'documents',
    range: '0 and up',
    source: 'equal SHA-256 of the text',
    meaning: 'Exact copies of it that come before it in its source: `copy = 0` keeps one of each text.',
  },
  length('bytes', 'bytes', 'Length of the text in UTF-8.'),
  length('characters', 'characters', 'Unicode code points.'),
  length('words', 'words', 'Runs of characters that are not white space, as `wc -w` counts.'),
  length('lines', 'lines', 'Lines; a final line break ends the last line and does not open another.'),
];

/** In the token store of a tokenizer, so it is there once the study has one. */
export const tokenSignal: SignalColumn = {
  name: 'tokens',
  type: 'BIGINT',
  unit: 'tokens',
  range: '0 and up',
  source: "the study's tokenizer",
  meaning: 'Tokens of the document, without the end-of-text token that follows it.',
};
