/** Damaged files: a whole file, changed in a few places that a seed decides. */
import type { Random } from '../../src/random.js';

/** Numbers on which lengths overflow. */
const lengths = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 2 ** 40, 2 ** 53, 2 ** 62];
/** What hostile text holds, in every format. */
const words = [
  '\0',
  '\0\0\0\0',
  '__proto__',
  '"__proto__":{"x":1}',
  'constructor',
  '\xff\xfe',
  '\xed\xa0\x80',
  '\xc0\xaf',
  '\n',
  '\r',
  '"',
  '\\',
  '{',
  '[',
  '[[[[[[[[[[[[[[[[',
  '}',
  ']',
  ',',
  '-',
  '1e309',
  '99999999999999999999',
  '-1',
  'NaN',
  'null',
  'true',
].map((word) => Buffer.from(word, 'latin1'));

type Change = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

function splice(bytes: Buffer, at: number, removed: number, inserted: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
}

/** A part of a file, mostly short. */
function part(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1);
  const longest = random.below(4) === 0 ? bytes.length : 64;
  return bytes.subarray(start, start + random.below(longest + 1));
}

const changes: Change[] = [
  function flipBits(bytes, random) {
    const flipped = Buffer.from(bytes);
    for (let i = random.below(8); i >= 0 && flipped.length > 0; i--)
      flipped[random.below(flipped.length)]! ^= 1 << random.below(8);
    return flipped;
  },
  function setBytes(bytes, random) {
    const set = Buffer.from(bytes);
    const at = random.below(set.length + 1);
    return set.fill(random.below(256), at, Math.min(set.length, at + 1 + random.below(16)));
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  function remove(bytes, random) {
    return splice(bytes, random.below(bytes.length + 1), random.below(64), Buffer.alloc(0));
  },
  function spliceOther(bytes, random, others) {
    const other = others[random.below(others.length)]!;
    return splice(bytes, random.below(bytes.length + 1), random.below(32), part(other, random));
  },
  function repeat(bytes, random) {
    const copies = Array.from({ length: 1 + random.below(20) }, () => part(bytes, random));
    return splice(bytes, random.below(bytes.length + 1), 0, Buffer.concat(copies));
  },
  function insertWord(bytes, random) {
    return splice(bytes, random.below(bytes.length + 1), random.below(4), words[random.below(words.length)]!);
  },
  function blowUpLength(bytes, random) {
    const width = [1, 2, 4, 8][random.below(4)]!;
    if (bytes.length < width) return bytes;
    const set = Buffer.from(bytes);
    const at = random.below(set.length - width + 1);
    const value = BigInt(lengths[random.below(lengths.length)]!) - BigInt(random.below(3) === 0 ? 1 : 0);
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt.asUintN(64, value));
    if (random.below(4) === 0) field.subarray(0, width).reverse();
    field.copy(set, at, 0, width);
    return set;
  },
  function blowUpNumber(bytes, random) {
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes;
    const { index, 0: digits } = numbers[random.below(numbers.length)]!;
    const value = String(lengths[random.below(lengths.length)]!);
    return splice(bytes, index, digits.length, Buffer.from(random.below(4) === 0 ? `-${value}` : value));
  },
];

/**
 * A damaged copy of one of the files.
 * @param seeds whole files of one format
 */
export function mutate(seeds: readonly Buffer[], random: Random): Buffer {
  let bytes = seeds[random.below(seeds.length)]!;
  // One place in half of the cases: more are mostly refused for the first.
  for (let i = Math.max(0, random.below(6) - 2); i >= 0; i--)
    bytes = changes[random.below(changes.length)]!(bytes, random, seeds);
  return bytes;
}
