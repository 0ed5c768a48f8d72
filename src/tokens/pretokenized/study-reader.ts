/** The tokenizer that a study's sources of tokens need before anything can be read. */
import { join } from 'node:path';
import type { TokenReader } from '../../corpus/index.js';
import { AssayError, ExitCode } from '../../errors.js';
import type { Study } from '../../records.js';
import { loadTokenizer } from '../load-tokenizer.js';
import { tokenizerFolderName } from '../tokenizer-facts.js';
import { tokenReader } from './documents.js';

/**
 * Undefined when every source holds text.
 * @throws AssayError when the study's tokenizer does not exist yet, because it is to be trained on the sources
 */
export async function studyTokenReader(
  study: Pick<Study, 'tokenizer' | 'sources' | 'validate'> & { run: Pick<Study['run'], 'output'> },
): Promise<TokenReader | undefined> {
  const validation = Object.values(study.validate).flatMap((spec) =>
    spec.kind === 'source' ? [spec.source] : [],
  );
  if (![...Object.values(study.sources), ...validation].some(({ tokens }) => tokens !== undefined))
    return undefined;
  const { tokenizer: spec } = study;
  if (typeof spec === 'object' && 'bpe' in spec) {
    throw new AssayError(
      `tokenizer { bpe: ${spec.bpe} }`,
      'trained on the sources, of which one holds tokens already',
      {
        expected: "that source's tokenizer",
        exitCode: ExitCode.study,
      },
    );
  }
  const folder = join(study.run.output, 'tokenizers', tokenizerFolderName(spec, ''));
  return tokenReader(await loadTokenizer(spec, folder, () => noTexts()));
}

async function* noTexts(): AsyncIterable<string> {}
