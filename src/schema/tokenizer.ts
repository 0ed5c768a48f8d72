/** The shape of `tokenizer:`, and what it names. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { TokenizerSpec } from '../records.js';
import { says } from './values.js';

const fileRule = says('the path of a tokenizer.json');
const file = z
  .string(fileRule)
  .regex(/\.json$/, fileRule)
  .describe(
    'A `tokenizer.json` of Hugging Face tokenizers, of any kind, relative to the study file. Example: `tokenizer.json`.',
  )
  .meta({ examples: ['tokenizer.json'] });
const sizeRule = says('a vocabulary size between 257 and 200000');
const tokenRule = says('the name of a token, such as </s>');

const fileWithEnd = z.strictObject({
  file,
  endOfText: z
    .string(tokenRule)
    .min(1, tokenRule)
    .optional()
    .describe(
      'The token that ends a document. Default: `eos_token` of a `tokenizer_config.json` beside the file, or the ' +
        'first of `<|endoftext|>`, `<|end_of_text|>`, `</s>`, `<eos>`, `[SEP]` … that it has. Example: `</s>`.',
    )
    .meta({ examples: ['</s>'] }),
});
const builtIn = z.enum(['gpt2', 'bytes']);

/** A tokenizer that exists before the study does. */
export const knownTokenizer = z.union(
  [builtIn, file, fileWithEnd],
  says('gpt2, bytes or the path of a tokenizer.json'),
);

export const tokenizerShape = z
  .union(
    [
      builtIn,
      file,
      z.strictObject({
        bpe: z
          .int(sizeRule)
          .min(257, sizeRule)
          .max(200000, sizeRule)
          .describe(
            'Entries of a byte-level BPE vocabulary trained on a sample of the sources. Example: `8192`.',
          )
          .meta({ examples: [8192] }),
      }),
      fileWithEnd,
    ],
    says('gpt2, bytes, { bpe: 8192 } or the path of a tokenizer.json'),
  )
  .default('gpt2')
  .describe(
    'How text becomes tokens: `gpt2` (50,257 entries), `bytes` (256 and end-of-text), `{ bpe: N }`, trained on a ' +
      'sample of the sources, or the path of a `tokenizer.json`. Default: `gpt2`. Example: `{ bpe: 8192 }`.',
  )
  .meta({ examples: ['gpt2', { bpe: 8192 }, 'tokenizer.json'] });

/** @param folder of the study file */
export function tokenizerOf(written: z.output<typeof tokenizerShape>, folder: string): TokenizerSpec {
  if (written === 'gpt2' || written === 'bytes') return written;
  if (typeof written === 'string') return { file: resolve(folder, written) };
  if ('bpe' in written) return written;
  const { endOfText } = written;
  return { file: resolve(folder, written.file), ...(endOfText === undefined ? {} : { endOfText }) };
}
