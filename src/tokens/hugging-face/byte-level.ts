/**
 * The fast path for foreign tokenizers: a byte-level BPE with GPT-2's pieces and nothing beside it, encoded without the
 * library. `merges` are applied in their order, as the library does.
 */
import { fromAlphabet, toAlphabet } from '../byte-alphabet.js';
import { MergeTable, type RankedMerge } from '../merge-table.js';
import { PieceEncoder } from '../piece-encoder.js';
import { PieceMerger } from '../piece-merger.js';
import { gpt2Pattern, pieceEnd } from '../pre-tokens.js';
import type { Component, TokenizerFile } from './format.js';
import type { HuggingFaceFile } from './read-file.js';

/** Undefined for every other kind of tokenizer. */
export function byteLevelEncoder({ json, special }: HuggingFaceFile): PieceEncoder | undefined {
  const { model } = json;
  const plain =
    model.type === 'BPE' &&
    !Array.isArray(model.vocab) &&
    !model.continuing_subword_prefix &&
    !model.end_of_word_suffix &&
    !json.normalizer &&
    cutsAsGpt2(json.pre_tokenizer) &&
    (json.added_tokens ?? []).every(({ id }) => special.has(id));
  if (!plain) return undefined;

  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(model.vocab)) if (!special.has(id)) ids.set(token, id);
  const byteIds = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const id = ids.get(toAlphabet(String.fromCharCode(byte)));
    if (id === undefined) return undefined;
    byteIds[byte] = id;
  }
  const merges = rankedMerges(model, ids);
  if (merges === undefined) return undefined;
  const merger = new PieceMerger(byteIds, new MergeTable(merges, merges.length));
  return new PieceEncoder(merger, pieceEnd, model.ignore_merges ? wholePieces(ids) : undefined);
}

function cutsAsGpt2(component: Component | null | undefined): boolean {
  if (component?.type === 'ByteLevel')
    return component.add_prefix_space === false && component.use_regex !== false;
  const [split, bytes, ...more] = component?.pretokenizers ?? [];
  if (component?.type !== 'Sequence' || split?.type !== 'Split' || more.length > 0) return false;
  const { pattern, behavior, invert } = split as { pattern?: { Regex?: string } } & Component;
  return (
    pattern?.Regex === gpt2Pattern &&
    behavior === 'Isolated' &&
    invert !== true &&
    bytes?.type === 'ByteLevel' &&
    bytes.add_prefix_space === false &&
    bytes.use_regex === false
  );
}

function rankedMerges(
  { merges }: TokenizerFile['model'],
  ids: ReadonlyMap<string, number>,
): RankedMerge[] | undefined {
  const ranked: RankedMerge[] = [];
  for (const [rank, merge] of (merges ?? []).entries()) {
    const [first, second] = typeof merge === 'string' ? merge.split(' ') : merge;
    const left = ids.get(first!);
    const right = ids.get(second!);
    const result = ids.get(`${first}${second}`);
    if (left === undefined || right === undefined || result === undefined) return undefined;
    ranked.push({ left, right, result, rank });
  }
  return ranked;
}

function wholePieces(ids: ReadonlyMap<string, number>): Map<string, number> {
  const whole = new Map<string, number>();
  for (const [token, id] of ids) {
    const bytes = fromAlphabet(token);
    if (bytes !== undefined) whole.set(bytes, id);
  }
  return whole;
}

/** Ids to text, without the library. */
export function byteLevelDecoder({ tokens, special }: HuggingFaceFile): (ids: Iterable<number>) => string {
  const bytes = tokens.map((token, id) => (special.has(id) ? '' : fromAlphabet(token ?? '')));
  return (ids) => {
    let text = '';
    for (const id of ids) text += bytes[id] ?? '';
    return Buffer.from(text, 'latin1').toString('utf8');
  };
}
