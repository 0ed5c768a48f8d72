/** What is known of a study's tokenizer before it is trained or loaded. */
import { basename } from 'node:path';
import type { TokenizerSpec } from '../records.js';
import { hashOf } from '../store/index.js';
import { describeHuggingFace } from './hugging-face/index.js';

/**
 * Ids that a tokenizer has, end-of-text included.
 * @throws AssayError for a file that is absent or no tokenizer.json, or whose end-of-text is not known
 */
export function vocabularySizeOf(spec: TokenizerSpec): number {
  if (spec === 'bytes') return 257;
  if (spec === 'gpt2') return 50257;
  return 'bpe' in spec ? spec.bpe : describeHuggingFace(spec.file, spec.endOfText).vocabularySize;
}

/**
 * Name of the folder that keeps a study's tokenizer: `gpt2`, `bpe-8192-1a2b3c4d5e6f`, `tokenizer-1a2b3c4d5e6f`.
 * @param sources hash of all sources, which a trained vocabulary depends on
 * @throws AssayError as `vocabularySizeOf`
 */
export function tokenizerFolderName(spec: TokenizerSpec, sources: string): string {
  if (typeof spec === 'string') return spec;
  if ('bpe' in spec) return `bpe-${spec.bpe}-${sources.slice(0, 12)}`;
  const { sha256, endOfText } = describeHuggingFace(spec.file, spec.endOfText);
  const name = basename(spec.file, '.json').replace(/[^\w.-]/g, '_');
  return `${name}-${hashOf({ sha256, endOfText }).slice(0, 12)}`;
}
