/** The tokenizer without choices: a token is a byte, id = its value; 256 is end-of-text. */
import { hashOf } from '../store/index.js';
import type { Tokenizer, Vocabulary } from './tokenizer.js';

export const byteVocabulary: Vocabulary = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

export function bytesTokenizer(): Tokenizer {
  return {
    spec: 'bytes',
    hash: hashOf('bytes'),
    vocabularySize: 257,
    endOfText: 256,
    encode: (text) => Uint32Array.from(Buffer.from(text, 'utf8')),
    decode: (ids) => Buffer.from([...ids].filter((id) => id < 256)).toString('utf8'),
    tokenByteLengths: Uint32Array.from({ length: 257 }, (_, id) => (id < 256 ? 1 : 0)),
    exactByteLengths: true,
    dispose: () => {},
  };
}
