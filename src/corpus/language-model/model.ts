/**
 * A back-off n-gram model: for each n-gram its log10 probability and, as a history, its log10 back-off weight.
 * All of it lies in one SharedArrayBuffer, laid out as the model file is.
 */
import type { WordForm } from './characters.js';
import { GramTable } from './gram-table.js';
import {
  broken,
  headerNumbers,
  headerOf,
  layout,
  type ModelSizes,
  type ModelViews,
  readHeader,
} from './model-layout.js';
import { Vocabulary } from './vocabulary.js';

export interface LanguageModel {
  /** Words of the longest n-grams, 2 to 10. */
  order: number;
  words: WordForm;
  vocabulary: Vocabulary;
  /** [2 w]: log10 probability of word w; [2 w + 1]: its log10 back-off. */
  unigrams: Float32Array;
  /** tables[n - 2] holds the n-grams. */
  tables: GramTable[];
  /** The model's file; a thread that is sent it opens the same model with `openModel`. */
  buffer: SharedArrayBuffer;
}

/** A model without n-grams, with room for so many of each order from 2. Unigrams are 0. */
export function newModel(
  words: WordForm,
  vocabulary: Vocabulary,
  gramCounts: readonly number[],
): LanguageModel {
  const [units, begins, slots] = vocabulary.arrays();
  const sizes: ModelSizes = {
    order: gramCounts.length + 1,
    words,
    vocabulary: vocabulary.count,
    units: units.length,
    vocabularySlots: slots.length / 2,
    capacities: gramCounts.map(GramTable.capacityFor),
  };
  const buffer = new SharedArrayBuffer(layout(sizes).bytes);
  new Float64Array(buffer, 0, headerNumbers).set(headerOf(sizes));
  const views = layout(sizes).views(buffer);
  views.units.set(units);
  views.begins.set(begins);
  views.slots.set(slots);
  return modelOver(sizes, buffer);
}

/**
 * The model that a buffer holds: bytes of a model file, or the buffer of a model of another thread.
 * @param subject named in errors
 * @throws AssayError when the bytes are no model, or not all of one
 */
export function openModel(buffer: SharedArrayBuffer, subject: string): LanguageModel {
  const sizes = readHeader(buffer, subject);
  const { bytes } = layout(sizes);
  if (bytes !== buffer.byteLength) {
    throw broken(subject, `${bytes} bytes as its header says`, `${buffer.byteLength}`);
  }
  const model = modelOver(sizes, buffer);
  checkReferences(model, layout(sizes).views(buffer), subject);
  return model;
}

/** n-grams of a model by order from 1. */
export function gramsByOrder({ vocabulary, tables }: LanguageModel): number[] {
  return [vocabulary.count, ...tables.map((table) => table.count())];
}

function modelOver(sizes: ModelSizes, buffer: SharedArrayBuffer): LanguageModel {
  const { units, begins, slots, unigrams, tables } = layout(sizes).views(buffer);
  const { order, words } = sizes;
  return { order, words, vocabulary: Vocabulary.over(units, begins, slots), unigrams, tables, buffer };
}

/** A reference out of its range, or a table without an empty slot, would let a look-up go astray or never end. */
function checkReferences(model: LanguageModel, views: ModelViews, subject: string): void {
  const words = model.vocabulary.count;
  let emptySlots = 0;
  for (let s = 1; s < views.slots.length; s += 2) {
    const word = views.slots[s]!;
    if (word === 0) emptySlots++;
    else if (word < 0 || word > words) throw broken(subject, `words up to ${words}`, `${word}`);
  }
  const { begins } = views;
  const ordered = begins.every((begin, w) => begin >= (w === 0 ? 0 : begins[w - 1]!));
  if (emptySlots === 0 || !ordered || begins[words]! > views.units.length) {
    throw broken(subject, 'a vocabulary whose words lie one after another', undefined);
  }
  let parents = words;
  for (const table of model.tables) {
    let empty = 0;
    for (let slot = 0; slot < table.capacity; slot++) {
      if (!table.holds(slot)) empty++;
      else if (
        table.parent(slot) < 0 ||
        table.parent(slot) >= parents ||
        table.word(slot) >= words ||
        table.word(slot) < 0
      ) {
        throw broken(subject, 'n-grams of words that it holds', undefined);
      }
    }
    if (empty === 0) throw broken(subject, 'an empty slot in each table', undefined);
    parents = table.capacity;
  }
}
