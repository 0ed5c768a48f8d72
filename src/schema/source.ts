/** The shape of a source: where its documents are, which part of a row is the text, and what else it carries along. */
import { z } from 'zod';
import type { SourceSpec } from '../records.js';
import { knownTokenizer, tokenizerOf } from './tokenizer.js';
import { says } from './values.js';

const pathRule = says('a path, a glob such as data/*.jsonl, an address, or a list of them');
const path = z.string(pathRule).min(1, pathRule);
export const paths = z
  .union([path, z.array(path).min(1)], pathRule)
  .describe(
    'Where the documents are: a file, a folder or a glob, or a list of them, relative to the study file; or an ' +
      'address: `https://…`, `hf://datasets/OWNER/NAME[@REVISION]/path/*.parquet`, `s3://BUCKET/path/*.parquet`. ' +
      '`.jsonl`, `.csv`, `.tsv` (each also `.gz` or `.zst`) and `.parquet` hold a document a row; any other text or ' +
      'code file is one document. Example: `data/web/*.jsonl.zst`.',
  )
  .meta({ examples: ['data/web/*.jsonl.zst'] });

const fieldRule = says('the name of a field, such as body or metadata.body');
const field = z.string(fieldRule).min(1, fieldRule);
export const textField = field
  .default('text')
  .describe(
    'Field or column that holds the text of the document; `a.b` is field b inside field a. Default: `text`. ' +
      'Example: `body`.',
  )
  .meta({ examples: ['body'] });

/** Names that SQL takes without quotes; a leading `_` is left to Assay. */
const columnPattern = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const columnRule = says('a column name of letters, digits and _ (a letter first)');
const column = z.string(columnRule).regex(columnPattern, columnRule);
const columns = z
  .union(
    [z.array(column).min(1), z.record(column, field).refine((fields) => Object.keys(fields).length > 0)],
    says('a list of columns such as [url, score], or { name: field } such as { quality: metadata.score }'),
  )
  .describe(
    'Columns of the source that recipes may choose by, beside the measured signals: a list, or names with the ' +
      'fields that they are read from. Values are texts, numbers, true or false; anything nested is JSON text. ' +
      'Default: none. Example: `{ quality: metadata.score }`.',
  )
  .meta({ examples: [['url', 'score'], { quality: 'metadata.score' }] });

const whereRule = says('an SQL condition such as "score > 0.5"');
const where = z
  .string(whereRule)
  .min(1, whereRule)
  .describe(
    "SQL condition over the source's own columns: a row for which it is not true is no document, and is counted. " +
      "Default: every row. Example: `language = 'en' AND score > 0.5`.",
  )
  .meta({ examples: ["language = 'en' AND score > 0.5"] });

const tokenizer = knownTokenizer
  .describe(
    'For files that hold tokens instead of text, and are used in place: the tokenizer that made them, the same as ' +
      "the study's. Megatron's `.bin` with its `.idx`, or `.npy` (NumPy's, or raw as OLMo and dolma write it). " +
      'Default: the files hold text. Example: `gpt2`.',
  )
  .meta({ examples: ['gpt2', 'tokenizer.json'] });
const dtype = z
  .enum(['uint16', 'uint32'], says('uint16 or uint32'))
  .describe(
    'Of `.npy` files of tokens that have no header. Default: `uint16` for vocabularies of up to 65,536 entries, else ' +
      '`uint32`. Example: `uint32`.',
  )
  .meta({ examples: ['uint32'] });

/** The options of everything that reads documents: sources, and validation domains of their own. */
export const sourceFields = {
  path: paths,
  text: textField,
  columns: columns.optional(),
  where: where.optional(),
  tokenizer: tokenizer.optional(),
  dtype: dtype.optional(),
};

export const sourceShape = z.strictObject(sourceFields, says('a source such as { path: data/*.jsonl }'));

export type SourceOptions = z.output<typeof sourceShape>;

/** What a source says about its tokens, if it holds any. @param folder of the study file */
export function tokensOf({ tokenizer, dtype }: SourceOptions, folder: string): SourceSpec['tokens'] {
  if (tokenizer === undefined) return undefined;
  return { tokenizer: tokenizerOf(tokenizer, folder), ...(dtype === undefined ? {} : { dtype }) };
}

/** Whether a path is an address of something remote, and so not relative to the study file. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
}

/** The `columns` option as a mapping from name to field. */
export function columnsOf(option: z.output<typeof columns>): NonNullable<SourceSpec['columns']> {
  return Array.isArray(option) ? Object.fromEntries(option.map((name) => [name, name])) : option;
}

/** The columns whose names are taken by measured signals, letter case aside, as SQL compares names. */
export function takenColumns(option: z.output<typeof columns>, signals: Iterable<string>): string[] {
  const taken = new Set(Array.from(signals, (name) => name.toLowerCase()));
  return Object.keys(columnsOf(option)).filter((name) => taken.has(name.toLowerCase()));
}
