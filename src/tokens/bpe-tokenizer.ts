/** Byte-level BPE over a given vocabulary, run by tiktoken (Rust compiled to WebAssembly). */
import { Tiktoken } from 'tiktoken/lite';
import type { TokenizerSpec } from '../records.js';
import { hashOf } from '../store/index.js';
import { LongPieceMerger } from './merge-long-piece.js';
import { allMerges } from './merges.js';
import { gpt2Pattern, hasLongRun, pieceEnd, safeParts } from './pre-tokens.js';
import { endOfTextName, type Tokenizer, type Vocabulary } from './tokenizer.js';

/** Pieces from this length on (UTF-16 units) are merged by `LongPieceMerger`. */
const longPiece = 500;
/** Texts go to tiktoken in parts of about this many units, which bounds the memory that WebAssembly never gives back. */
const partUnits = 1 << 20;

/** @param vocabulary must hold all 256 single bytes; end-of-text gets the id after its last */
export function bpeTokenizer(spec: TokenizerSpec, vocabulary: Vocabulary): Tokenizer {
  const endOfText = vocabulary.length;
  const ranks = vocabulary.map((token) => Buffer.from(token, 'latin1').toString('base64'));
  // The format of tiktoken's own files: `!`, the first rank, the tokens in rank order.
  const tiktoken = new Tiktoken(`! 0 ${ranks.join(' ')}`, { [endOfTextName]: endOfText }, gpt2Pattern);
  let merger: LongPieceMerger | undefined;

  const encodeLong = (text: string): number[] => {
    merger ??= new LongPieceMerger(byteIdsOf(vocabulary), allMerges(vocabulary), endOfText + 1);
    const ids: number[] = [];
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      const piece = text.slice(start, end);
      const pieceIds =
        piece.length < longPiece ? tiktoken.encode_ordinary(piece) : merger.merge(Buffer.from(piece, 'utf8'));
      for (const id of pieceIds) ids.push(id);
      start = end;
    }
    return ids;
  };

  return {
    spec,
    hash: hashOf({ pattern: gpt2Pattern, ranks, endOfText }),
    vocabularySize: endOfText + 1,
    endOfText,
    encode(text) {
      const parts: ArrayLike<number>[] = [];
      for (const part of safeParts(text, partUnits)) {
        parts.push(hasLongRun(part, longPiece - 1) ? encodeLong(part) : tiktoken.encode_ordinary(part));
      }
      return concatenate(parts);
    },
    decode(ids) {
      let bytes = '';
      for (const id of ids) bytes += vocabulary[id] ?? '';
      return Buffer.from(bytes, 'latin1').toString('utf8');
    },
    tokenByteLengths: Uint32Array.from([...vocabulary.map((token) => token.length), 0]),
    dispose: () => tiktoken.free(),
  };
}

/** Id of the token of each single byte. */
export function byteIdsOf(vocabulary: Vocabulary): Uint32Array {
  const byteIds = new Uint32Array(256);
  vocabulary.forEach((token, id) => {
    if (token.length === 1) byteIds[token.charCodeAt(0)] = id;
  });
  return byteIds;
}

function concatenate(parts: ArrayLike<number>[]): Uint32Array {
  const ids = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length;
  }
  return ids;
}
