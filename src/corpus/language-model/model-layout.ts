/**
 * The model file, which is also the model's memory, byte for byte: a header of float64 numbers (see `headerOf`), then
 * the sections in the order of `layout`, each at a multiple of 8 bytes, little-endian.
 */
import { AssayError } from '../../errors.js';
import { type WordForm, wordForms } from './characters.js';
import { GramTable, highestOrderStride, innerStride } from './gram-table.js';

export const highestOrder = 10;

/** What decides the size of a model. */
export interface ModelSizes {
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
export const headerNumbers = 7 + highestOrder - 1;

/** Whether a file begins as a model file does. */
export function isModelFile(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'assay-lm';
}

export function headerOf(sizes: ModelSizes): number[] {
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

/** @throws AssayError for a header that cannot be of these bytes */
export function readHeader(buffer: SharedArrayBuffer, subject: string): ModelSizes {
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

export interface ModelViews {
  units: Uint16Array;
  begins: Uint32Array;
  slots: Int32Array;
  unigrams: Float32Array;
  tables: GramTable[];
}

/** Where each section lies. */
export function layout(sizes: ModelSizes): { bytes: number; views(buffer: SharedArrayBuffer): ModelViews } {
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

export function broken(subject: string, expected: string, got: string | undefined): AssayError {
  return new AssayError(subject, 'not a whole language model', {
    expected,
    ...(got === undefined ? {} : { got }),
    fix: 'Write it again with `assay lm train` or `assay lm convert`.',
  });
}
