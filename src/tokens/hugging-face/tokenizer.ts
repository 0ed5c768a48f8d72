/** Any tokenizer that a Hugging Face `tokenizer.json` describes. */
import { hashOf } from '../../store/index.js';
import { safeParts } from '../pre-tokens.js';
import type { Tokenizer } from '../tokenizer.js';
import { hasExactByteLengths, tokenByteLengthsOf } from './byte-lengths.js';
import { byteLevelDecoder, byteLevelEncoder } from './byte-level.js';
import { checkInChild } from './check.js';
import { checkTexts } from './check-texts.js';
import { NativeTokenizer } from './native.js';
import { forLibrary, readHuggingFaceFile } from './read-file.js';

/**
 * Texts are given to the library in parts of about this many UTF-16 units, because it takes some 100 bytes a token. A
 * longer text is cut before white space, where ids may differ from those of the uncut text.
 */
const partUnits = 4 << 20;

/**
 * @param endOfText name of the token that ends a document; found by its usual names where undefined
 * @throws AssayError for a file that is absent, not a tokenizer.json, refused by the library or a danger to the process
 */
export function huggingFaceTokenizer(path: string, endOfText?: string): Tokenizer {
  const file = readHuggingFaceFile(path, endOfText);
  const { sha256, vocabularySize, special } = file;
  const json = forLibrary(file);
  const expected = checkInChild(path, { json, texts: checkTexts });

  // The fast path is taken where it gives what the library gave.
  const fast = byteLevelEncoder(file);
  const isProven =
    fast !== undefined && checkTexts.every((text, i) => equal(fast.encode(text), expected[i]!));
  let native: NativeTokenizer | undefined;
  const library = () => {
    native ??= new NativeTokenizer(path, json);
    return native;
  };
  return {
    spec: endOfText === undefined ? { file: path } : { file: path, endOfText },
    hash: hashOf({ file: sha256, endOfText: file.endOfText.id }),
    vocabularySize,
    endOfText: file.endOfText.id,
    encode: (text) => (isProven ? fast.encode(text) : encodeInParts(library(), text)),
    decode: isProven
      ? byteLevelDecoder(file)
      : (ids) => library().decode([...ids].filter((id) => id < vocabularySize && !special.has(id))),
    tokenByteLengths: tokenByteLengthsOf(file),
    exactByteLengths: hasExactByteLengths(file),
    dispose: () => native?.dispose(),
  };
}

function encodeInParts(native: NativeTokenizer, text: string): Uint32Array {
  if (text.length <= partUnits) return native.encode(text);
  const parts = [...safeParts(text, partUnits)].map((part) => native.encode(part));
  const ids = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length;
  }
  return ids;
}

function equal(ids: Uint32Array, expected: number[]): boolean {
  return ids.length === expected.length && ids.every((id, i) => id === expected[i]);
}
