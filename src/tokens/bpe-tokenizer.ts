/** Byte-level BPE over a vocabulary whose ids are merge ranks, as GPT-2's and those that Assay trains. */
import type { TokenizerSpec } from '../records.js';
import { hashOf } from '../store/index.js';
import { MergeTable } from './merge-table.js';
import { allMerges } from './merges.js';
import { PieceEncoder } from './piece-encoder.js';
import { PieceMerger } from './piece-merger.js';
import { gpt2Pattern, pieceEnd } from './pre-tokens.js';
import type { Tokenizer, Vocabulary } from './tokenizer.js';

/** @param vocabulary must hold all 256 single bytes; end-of-text gets the id after its last */
export function bpeTokenizer(spec: TokenizerSpec, vocabulary: Vocabulary): Tokenizer {
  const endOfText = vocabulary.length;
  const ranks = vocabulary.map((token) => Buffer.from(token, 'latin1').toString('base64'));
  // The merges of a large vocabulary take a second to list, which a reader of ids need not wait for.
  let encoder: PieceEncoder | undefined;
  return {
    spec,
    hash: hashOf({ pattern: gpt2Pattern, ranks, endOfText }),
    vocabularySize: endOfText + 1,
    endOfText,
    encode(text) {
      encoder ??= pieceEncoder(vocabulary);
      return encoder.encode(text);
    },
    decode(ids) {
      let bytes = '';
      for (const id of ids) bytes += vocabulary[id] ?? '';
      return Buffer.from(bytes, 'latin1').toString('utf8');
    },
    tokenByteLengths: Uint32Array.from([...vocabulary.map((token) => token.length), 0]),
    exactByteLengths: true,
    dispose: () => {},
  };
}

function pieceEncoder(vocabulary: Vocabulary): PieceEncoder {
  const merges = allMerges(vocabulary).map((merge) => ({ ...merge, rank: merge.result }));
  const merger = new PieceMerger(byteIdsOf(vocabulary), new MergeTable(merges, merges.length));
  return new PieceEncoder(merger, pieceEnd, new Map(vocabulary.map((token, id) => [token, id])));
}

/** Id of the token of each single byte. */
export function byteIdsOf(vocabulary: Vocabulary): Uint32Array {
  const byteIds = new Uint32Array(256);
  vocabulary.forEach((token, id) => {
    if (token.length === 1) byteIds[token.charCodeAt(0)] = id;
  });
  return byteIds;
}
