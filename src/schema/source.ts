/** The shape of a source: where its documents are, and which part of a row is the text. */
import { z } from 'zod';
import { says } from './values.js';

const pathRule = says('a path, a glob such as data/*.jsonl, or a list of them');
const path = z.string(pathRule).min(1, pathRule);
export const paths = z
  .union([path, z.array(path).min(1)], pathRule)
  .describe(
    'Where the documents are: a file, a folder or a glob, or a list of them, relative to the study file. ' +
      '`.jsonl` and `.jsonl.gz` hold a document a row; any other text or code file is one document. ' +
      'Example: `data/web/*.jsonl.gz`.',
  )
  .meta({ examples: ['data/web/*.jsonl.gz'] });
export const textField = z
  .string(says('the name of a field'))
  .min(1, says('the name of a field'))
  .default('text')
  .describe('Field of a JSON row that holds the text of the document. Default: `text`. Example: `body`.')
  .meta({ examples: ['body'] });

export const sourceShape = z.strictObject(
  { path: paths, text: textField },
  says('a source such as { path: data/*.jsonl }'),
);
