/** Documents of a source that holds tokens: their text by decoding, so that every signal works on them. */
import { isDeepStrictEqual } from 'node:util';
import { documentId, listFiles, originName, type TokenReader } from '../../corpus/index.js';
import { AssayError, ExitCode } from '../../errors.js';
import type { Document, MalformedRow, SourceSpec } from '../../records.js';
import { huggingFaceTokenizer } from '../hugging-face/index.js';
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
  options: Pick<PretokenizedOptions, 'maximumTokens'> & { base?: string; signal?: AbortSignal } = {},
): Promise<PretokenizedDocuments> {
  const paths = await listFiles(source, `source "${name}"`);
  const dtype = source.tokens?.dtype;
  const { files, tokenBytes, rows } = openPretokenized(paths, tokenizer, {
    ...options,
    ...(dtype === undefined ? {} : { dtype }),
  });
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
 * What the readers of a study need for its sources with `tokens`.
 * @param tokenizer the study's
 */
export function tokenReader(tokenizer: Tokenizer): TokenReader {
  return {
    hash: tokenizer.hash,
    async *read(name, source, onMalformed, options) {
      if (source.columns !== undefined || source.where !== undefined) {
        throw new AssayError(`source "${name}"`, 'tokens have no columns', {
          expected: 'rows with fields, for `columns:` or `where:`',
          fix: 'Leave these options out of the source; recipes may still choose by signals.',
          exitCode: ExitCode.study,
        });
      }
      requireSameTokenizer(name, source, tokenizer);
      const opened = await pretokenizedDocuments(name, source, tokenizer, onMalformed, options);
      yield* opened.documents();
    },
  };
}

/** @throws AssayError when the tokens of a source are not those of the study */
export function requireSameTokenizer(name: string, source: SourceSpec, study: Tokenizer): void {
  const own = source.tokens?.tokenizer;
  if (own === undefined || isDeepStrictEqual(own, study.spec)) return;
  const isSame = typeof own === 'object' && 'file' in own && hashOfFile(own) === study.hash;
  if (isSame) return;
  throw new AssayError(`source "${name}"`, 'tokens of another tokenizer than the study', {
    expected: JSON.stringify(study.spec),
    got: JSON.stringify(own),
    fix: "Give the study this source's tokenizer.",
    exitCode: ExitCode.study,
  });
}

function hashOfFile({ file, endOfText }: { file: string; endOfText?: string }): string {
  const tokenizer = huggingFaceTokenizer(file, endOfText);
  tokenizer.dispose();
  return tokenizer.hash;
}
