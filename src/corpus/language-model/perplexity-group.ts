/** Signals of one language model: a document's perplexity, and where that stands among its source's. */
import { AssayError } from '../../errors.js';
import type { SignalGroup } from '../signals/signal.js';
import { type LanguageModel, openModel } from './model.js';
import { readLanguageModel } from './model-file.js';
import { perplexity, Scorer } from './score.js';

export interface PerplexityModel {
  /** Of the model in the study: small letters, digits and `_`, a letter first. */
  name: string;
  /** Model file, ARPA or Assay's own. */
  path: string;
  /** Of the file's content. */
  hash: string;
  /** The model's buffer, where another thread has read it; else the file is read. */
  buffer?: SharedArrayBuffer;
}

const source = 'Wenzek et al. 2020 (CCNet), section 4; modified Kneser-Ney of Chen and Goodman 1998';

/**
 * Columns `perplexity_NAME`, `perplexity_NAME_percentile` and `perplexity_NAME_part`.
 * @throws AssayError for a name that cannot be part of a column's name, and, from `open`, as `readLanguageModel`
 */
export function perplexityGroup({ name, path, hash, buffer }: PerplexityModel): SignalGroup {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new AssayError(`language model "${name}"`, 'cannot name a signal', {
      expected: 'small letters, digits and _, beginning with a letter',
    });
  }
  const column = `perplexity_${name}`;
  const percentile =
    `CASE WHEN ${column} IS NOT NULL THEN ` +
    `100 * percent_rank() OVER (PARTITION BY ${column} IS NULL ORDER BY ${column}) END`;
  const part =
    `CASE WHEN ${column} IS NULL THEN NULL WHEN ${percentile} < 30 THEN 'head' ` +
    `WHEN ${percentile} < 60 THEN 'middle' ELSE 'tail' END`;
  return {
    name: `perplexity-${name.replaceAll('_', '-')}`,
    version: 1,
    inputs: hash,
    columns: [
      {
        name: column,
        type: 'DOUBLE',
        unit: 'equally likely words',
        range: '1 and up; null for a document without words',
        source,
        meaning: `How badly model ${name} predicts the words and line ends: 10 to the negative mean of their log10 probabilities.`,
      },
      {
        name: `${column}_percentile`,
        type: 'DOUBLE',
        unit: '% of documents',
        range: '0 to 100',
        source,
        meaning: `Share of the source's documents with a lower ${column}.`,
        derived: percentile,
      },
      {
        name: `${column}_part`,
        type: 'VARCHAR',
        unit: 'none',
        range: "'head', 'middle' or 'tail'",
        source,
        meaning: `Where the document stands by ${column}: head below percentile 30, middle below 60, else tail.`,
        derived: part,
      },
    ],
    async open() {
      const model: LanguageModel = buffer ? openModel(buffer, path) : readLanguageModel(path);
      const scorer = new Scorer(model);
      return ({ text }) => ({ values: [perplexity(scorer.score(text))] });
    },
  };
}
