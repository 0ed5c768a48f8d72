/** Documents of a source that holds tokens: their text by decoding, so that every signal works on them. */
import { documentId, listFiles, originName } from '../../corpus/index.js';
import { AssayError, ExitCode } from '../../errors.js';
import type { Document, MalformedRow, SourceSpec } from '../../records.js';
import type { Tokenizer } from '../tokenizer.js';
import { openPretokenized, type PretokenizedOptions, type PretokenizedSource } from './open.js';

export interface PretokenizedDocument extends Document {
  /** Index of the first token in all files of the source, joined. */
  offset: number;
  /** Without the end-of-text token that follows it. */
  tokens: number;
}

export interface PretokenizedDocuments extends Pick<PretokenizedSource, 'files' | 'tokenBytes'> {
  documents(): AsyncIterable<PretokenizedDocument>;
}

/**
 * A source with `tokens`, opened; the same rows in the same order as often as it is asked for.
 *
 * @param name the source's name in the study
 * @param tokenizer the study's; see `requireSameTokenizer`
 * @throws AssayError for paths that match nothing and files that are not what they say
 */
export async function pretokenizedDocuments(
  name: string,
  source: SourceSpec,
  tokenizer: Tokenizer,
  onMalformed: (row: MalformedRow) => void,
  options: PretokenizedOptions & { base?: string; signal?: AbortSignal } = {},
): Promise<PretokenizedDocuments> {
  const paths = await listFiles(source, `source "${name}"`);
  const { files, tokenBytes, rows } = openPretokenized(paths, tokenizer, options);
  return {
    files,
    tokenBytes,
    async *documents() {
      for (const row of rows()) {
        options.signal?.throwIfAborted();
        const origin = `${originName(row.file, source, options.base)}:${row.number}`;
        if ('reason' in row) {
          onMalformed({ origin, reason: row.reason });
          continue;
        }
        const { ids, offset } = row.tokens;
        const text = tokenizer.decode(ids);
        if (text === '') onMalformed({ origin, reason: 'empty text' });
        else yield { id: documentId(text), source: name, origin, text, offset, tokens: ids.length };
      }
    },
  };
}

/**
 * @param own of the source
 * @throws AssayError when its tokens are not those of the study
 */
export function requireSameTokenizer(name: string, own: Tokenizer, study: Tokenizer): void {
  if (own.hash === study.hash) return;
  throw new AssayError(`source "${name}"`, 'tokens of another tokenizer than the study', {
    expected: JSON.stringify(study.spec),
    got: JSON.stringify(own.spec),
    fix: "Give the study this source's tokenizer.",
    exitCode: ExitCode.study,
  });
}
