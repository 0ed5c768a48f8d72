/**
 * Bytes that each token of a foreign tokenizer stands for.
 *
 * Exact for byte-level alphabets. For the others, which drop or change characters, they are weights by which the bytes
 * of a document are shared out: `<0x0A>` counts 1, `▁` counts as the space it replaces, the first piece of a word
 * (WordPiece; not punctuation) counts 1 for the space before it, the mark of a continued word (`##`) and of a word's end (`</w>`: the
 * space after it, 1) is not text, an unknown character counts 1.
 */
import { fromAlphabet } from '../byte-alphabet.js';
import { parts, type TokenizerFile } from './format.js';
import type { HuggingFaceFile } from './read-file.js';

export function tokenByteLengthsOf(file: HuggingFaceFile): Uint32Array {
  const { json, tokens, special } = file;
  const added = new Set((json.added_tokens ?? []).map(({ content }) => content));
  const length = isByteLevel(json)
    ? (token: string) => (added.has(token) ? undefined : fromAlphabet(token)?.length) ?? utf8Length(token)
    : (token: string) => (added.has(token) ? utf8Length(token) : pieceLength(token, json));
  return Uint32Array.from(tokens, (token, id) =>
    token === undefined || special.has(id) ? 0 : Math.max(1, length(token)),
  );
}

/** Whether every text is the bytes of its tokens, so that lengths add up. */
export function hasExactByteLengths({ json }: HuggingFaceFile): boolean {
  const before = [...parts(json.pre_tokenizer)];
  const onlyBytes = before.every(
    ({ type, add_prefix_space, behavior }) =>
      type === 'Sequence' ||
      (type === 'ByteLevel' && add_prefix_space === false) ||
      (type === 'Split' && behavior !== 'Removed') ||
      type === 'Digits',
  );
  return isByteLevel(json) && onlyBytes && !json.normalizer && bytesAreTokens(json);
}

export function isByteLevel(json: TokenizerFile): boolean {
  return [...parts(json.pre_tokenizer), ...parts(json.normalizer)].some(({ type }) => type === 'ByteLevel');
}

/** Characters that no token stands for are dropped or unknown; a vocabulary with all bytes has none. */
function bytesAreTokens({ model }: TokenizerFile): boolean {
  if (Array.isArray(model.vocab)) return false;
  const tokens = Object.keys(model.vocab).filter((token) => [...token].length === 1);
  return new Set(tokens.map(fromAlphabet).filter((byte) => byte !== undefined)).size === 256;
}

function pieceLength(token: string, { model }: TokenizerFile): number {
  if (/^<0x[0-9A-F]{2}>$/.test(token) && model.byte_fallback) return 1;
  const isWordPiece = model.type === 'WordPiece';
  const prefix = model.continuing_subword_prefix ?? (isWordPiece ? '##' : '');
  const suffix = model.end_of_word_suffix ?? '';
  let text = token.replaceAll('▁', ' ');
  if (prefix !== '' && text.startsWith(prefix)) text = text.slice(prefix.length);
  else if (isWordPiece && /^[\p{L}\p{N}]/u.test(text)) text = ` ${text}`;
  if (suffix !== '' && text.endsWith(suffix)) text = `${text.slice(0, -suffix.length)} `;
  return utf8Length(text);
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
