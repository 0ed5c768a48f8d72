/**
 * A back-off n-gram model: for each n-gram its log10 probability and, as a history, its log10 back-off weight.
 *
 * All of it lies in one SharedArrayBuffer, which is also the model file byte for byte: a header of float64 numbers
 * (see `headerOf`), then the sections in the order of `layout`, each at a multiple of 8 bytes, little-endian.
 */
import { AssayError } from '../../errors.js';
import { type WordForm, wordForms } from './characters.js';
import { GramTable, highestOrderStride, innerStride } from './gram-table.js';
import { Vocabulary } from './vocabulary.js';

export const highestOrder = 10;

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

/** What decides the size of a model. */
interface Sizes {
  order: number;
  words: WordForm;
  /** Words in the vocabulary, the special ones included. */
  vocabulary: number;
  /** UTF-16 units of all words. */
  units: number;
  vocabularySlots: number;
  /** Slots of the tables of orders 2, 3, … */
  capacities: number[];
}

/** 'assay-lm' as the bytes of one float64. */
const magic = Buffer.from('assay-lm', 'latin1').readDoubleLE();
const formatVersion = 1;
const headerNumbers = 7 + highestOrder - 1;

/** A model without n-grams, with room for so many of each order from 2. Unigrams are 0. */
export function newModel(
  words: WordForm,
  vocabulary: Vocabulary,
  gramCounts: readonly number[],
): LanguageModel {
  const [units, begins, slots] = vocabulary.arrays();
  const sizes: Sizes = {
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

/** Whether a file begins as a model file does. */
export function isModelFile(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'assay-lm';
}

/** n-grams of a model by order from 1. */
export function gramsByOrder({ vocabulary, tables }: LanguageModel): number[] {
  return [vocabulary.count, ...tables.map((table) => table.count())];
}

function modelOver(sizes: Sizes, buffer: SharedArrayBuffer): LanguageModel {
  const { units, begins, slots, unigrams, tables } = layout(sizes).views(buffer);
  const { order, words } = sizes;
  return { order, words, vocabulary: Vocabulary.over(units, begins, slots), unigrams, tables, buffer };
}

function headerOf(sizes: Sizes): number[] {
  const { order, words, vocabulary, units, vocabularySlots, capacities } = sizes;
  return [
    magic,
    formatVersion,
    order,
    wordForms.indexOf(words),
    vocabulary,
    units,
    vocabularySlots,
    ...capacities,
  ];
}

function readHeader(buffer: SharedArrayBuffer, subject: string): Sizes {
  const complete = buffer.byteLength >= 8 * headerNumbers && isModelFile(new Uint8Array(buffer, 0, 8));
  if (!complete) throw broken(subject, 'a file that `assay lm train` or `assay lm convert` wrote', undefined);
  const [, version, order, form, vocabulary, units, vocabularySlots, ...capacities] = new Float64Array(
    buffer,
    0,
    headerNumbers,
  ) as unknown as number[];
  if (version !== formatVersion) throw broken(subject, `format ${formatVersion}`, `${version}`);
  const words = wordForms[form!];
  // No part can have more numbers than the file has bytes; this also refuses NaN, fractions and negative sizes.
  const possible = (size: number | undefined) =>
    Number.isInteger(size) && size! >= 1 && size! <= buffer.byteLength;
  const used = capacities.slice(0, order! - 1);
  const sound =
    words !== undefined &&
    possible(order) &&
    order! >= 2 &&
    order! <= highestOrder &&
    [vocabulary, units, vocabularySlots, ...used].every(possible) &&
    Number.isInteger(Math.log2(vocabularySlots!));
  if (!sound) throw broken(subject, 'a header with possible sizes', undefined);
  return {
    order: order!,
    words,
    vocabulary: vocabulary!,
    units: units!,
    vocabularySlots: vocabularySlots!,
    capacities: used,
  };
}

interface Views {
  units: Uint16Array;
  begins: Uint32Array;
  slots: Int32Array;
  unigrams: Float32Array;
  tables: GramTable[];
}

/** Where each section lies. */
function layout(sizes: Sizes): { bytes: number; views(buffer: SharedArrayBuffer): Views } {
  let bytes = 8 * headerNumbers;
  const section = (length: number, width: number) => {
    const at = bytes;
    bytes += Math.ceil((length * width) / 8) * 8;
    return { at, length };
  };
  const slots = section(2 * sizes.vocabularySlots, 4);
  const begins = section(sizes.vocabulary + 1, 4);
  const units = section(sizes.units, 2);
  const unigrams = section(2 * sizes.vocabulary, 4);
  const tables = sizes.capacities.map((capacity, i) => {
    const stride = i === sizes.order - 2 ? highestOrderStride : innerStride;
    return { stride, ...section(capacity * stride, 4) };
  });
  return {
    bytes,
    views: (buffer) => ({
      units: new Uint16Array(buffer, units.at, units.length),
      begins: new Uint32Array(buffer, begins.at, begins.length),
      slots: new Int32Array(buffer, slots.at, slots.length),
      unigrams: new Float32Array(buffer, unigrams.at, unigrams.length),
      tables: tables.map((t) => new GramTable(new Int32Array(buffer, t.at, t.length), t.stride)),
    }),
  };
}

/** A reference out of its range, or a table without an empty slot, would let a look-up go astray or never end. */
function checkReferences(model: LanguageModel, views: Views, subject: string): void {
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

function broken(subject: string, expected: string, got: string | undefined): AssayError {
  return new AssayError(subject, 'not a whole language model', {
    expected,
    ...(got === undefined ? {} : { got }),
    fix: 'Write it again with `assay lm train` or `assay lm convert`.',
  });
}
