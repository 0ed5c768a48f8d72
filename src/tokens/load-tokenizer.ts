/** From what a study asks for to a tokenizer that works: built in, or trained once and kept. */
import { join } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import type { TokenizerSpec } from '../records.js';
import { makeFolder, writeFileDurably } from '../store/index.js';
import { bpeTokenizer } from './bpe-tokenizer.js';
import { bytesTokenizer, byteVocabulary } from './bytes-tokenizer.js';
import { countWords } from './count-words.js';
import { gpt2Vocabulary } from './gpt2-vocabulary.js';
import { copyHuggingFace, huggingFaceTokenizer } from './hugging-face/index.js';
import type { Tokenizer, Vocabulary } from './tokenizer.js';
import { readTokenizerJson, tokenizerJson, vocabularyOfAssay } from './tokenizer-json.js';
import { trainBpe } from './train-bpe.js';

/**
 * The tokenizer of a study. `<folder>/tokenizer.json` holds it in Hugging Face's format; a `{ bpe: N }` that is found
 * there is not trained again, so the folder must belong to one sample (see `tokenizerFolderName`).
 *
 * @param sample texts to train on, read only when a `{ bpe: N }` is not in the folder yet
 * @throws AssayError when N is too small to hold all bytes, or larger than the sample can give; for a file that is no
 *   tokenizer
 */
export async function loadTokenizer(
  spec: TokenizerSpec,
  folder: string,
  sample: () => AsyncIterable<string>,
): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json');
  if (typeof spec === 'object' && 'file' in spec) {
    const tokenizer = huggingFaceTokenizer(spec.file, spec.endOfText);
    await copyHuggingFace(spec.file, spec.endOfText, folder);
    return tokenizer;
  }
  const kept = readTokenizerJson(path);
  const vocabulary = await vocabularyOf(spec, kept, sample);
  if (kept?.length !== vocabulary.length || !vocabulary.every((token, id) => token === kept?.[id])) {
    makeFolder(folder);
    await writeFileDurably(path, `${JSON.stringify(tokenizerJson(vocabulary), null, 1)}\n`);
  }
  return spec === 'bytes' ? bytesTokenizer() : bpeTokenizer(spec, vocabulary);
}

/**
 * The tokenizer that a `tokenizer.json` holds, of Assay or any other.
 *
 * @throws AssayError for a file that is absent or holds something else
 */
export function openTokenizer(path: string): Tokenizer {
  const vocabulary = vocabularyOfAssay(path);
  return vocabulary === undefined
    ? huggingFaceTokenizer(path)
    : bpeTokenizer({ bpe: vocabulary.length + 1 }, vocabulary);
}

async function vocabularyOf(
  spec: Exclude<TokenizerSpec, { file: string }>,
  kept: Vocabulary | undefined,
  sample: () => AsyncIterable<string>,
): Promise<Vocabulary> {
  if (spec === 'bytes') return byteVocabulary;
  if (spec === 'gpt2') return gpt2Vocabulary();
  const subject = `tokenizer { bpe: ${spec.bpe} }`;
  if (!Number.isInteger(spec.bpe) || spec.bpe < 257 || spec.bpe > 2 ** 20) {
    throw new AssayError(subject, 'not a vocabulary size', {
      expected: 'a whole number from 257 (256 bytes and end-of-text) to 1048576',
      exitCode: ExitCode.study,
    });
  }
  const tokens = spec.bpe - 1;
  if (kept?.length === tokens) return kept;
  const counts = new Map<string, number>();
  for await (const text of sample()) countWords(text, counts);
  const vocabulary = trainBpe(counts, tokens);
  if (vocabulary.length === tokens) return vocabulary;
  throw new AssayError(subject, 'too little text to train this vocabulary', {
    expected: `${spec.bpe} tokens`,
    got: `${vocabulary.length + 1} before no pair occurs twice`,
    fix: `Use { bpe: ${vocabulary.length + 1} } or fewer, or gpt2, or bytes, or give more text.`,
  });
}
