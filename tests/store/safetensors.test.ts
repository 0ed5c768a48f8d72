import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readSafetensors, type Tensor, writeSafetensors } from '../../src/store/index.js';

const root = mkdtempSync(join(tmpdir(), 'assay-safetensors-'));
const path = join(root, 'file.safetensors');
afterAll(() => rmSync(root, { recursive: true }));

const tensor = (shape: number[], values: number[]): Tensor => ({ shape, data: Float32Array.from(values) });

/** A file of a given header (an object, or text as it is) and number of data bytes. */
function forge(header: unknown, dataBytes: number, headerLength?: bigint): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerLength ?? BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
}

describe('writing', () => {
  test('gives the bytes that the format asks for, names sorted and the header padded to 8 bytes', async () => {
    const tensors = new Map([
      ['b', tensor([2], [1, -2])],
      ['a', tensor([1, 1], [0.5])],
    ]);
    await writeSafetensors(path, tensors, { step: '3' });
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(bytes.toString('utf8', 8, 8 + length).trimEnd()).toBe(
      '{"__metadata__":{"format":"pt","step":"3"},' +
        '"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
        '"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}',
    );
    expect(bytes.subarray(8 + length).toString('hex')).toBe('0000003f0000803f000000c0');
    expect(readdirSync(root)).toEqual(['file.safetensors']);
  });

  test('refuses values that do not fill the shape', async () => {
    await expect(writeSafetensors(path, new Map([['a', tensor([3], [1])]]))).rejects.toThrow('1 values');
  });
});

test('what is written is read back, whatever the names, shapes and values', async () => {
  const values = fc.array(fc.float(), { maxLength: 20 });
  const files = fc.dictionary(
    fc.string().filter((name) => name !== '__metadata__'),
    values,
    { maxKeys: 6 },
  );
  await fc.assert(
    fc.asyncProperty(files, async (file) => {
      const tensors = new Map(
        Object.entries(file).map(([name, list]) => [name, tensor([list.length], list)]),
      );
      await writeSafetensors(path, tensors, { note: 'ä' });
      const read = await readSafetensors(path);
      expect(read.metadata).toEqual({ format: 'pt', note: 'ä' });
      expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
    }),
    { numRuns: 50 },
  );
});

describe('floats of 16 bits', () => {
  async function read(dtype: string, halves: number[]): Promise<number[]> {
    const data = Buffer.alloc(2 * halves.length);
    for (const [i, half] of halves.entries()) data.writeUInt16LE(half, 2 * i);
    const header = { a: { dtype, shape: [halves.length], data_offsets: [0, data.length] } };
    forge(header, 0);
    writeFileSync(path, Buffer.concat([readFileSync(path), data]));
    return [...(await readSafetensors(path)).tensors.get('a')!.data];
  }

  test('of IEEE 754 become the same float32: normal, subnormal, signed zero, infinite, not a number', async () => {
    const halves = [0x3c00, 0xc248, 0x7bff, 0x0001, 0x03ff, 0x8000, 0xfc00, 0x7e00];
    const values = [1, -3.140625, 65504, 2 ** -24, 1023 * 2 ** -24, -0, -Infinity, Number.NaN];
    expect(await read('F16', halves)).toEqual(values);
  });

  test('of bfloat16 are the upper half of the float32', async () => {
    const halves = [0x3f80, 0xc049, 0x7f7f, 0x0001, 0x8000, 0xff80, 0x7fc0];
    const values = [1, -3.140625, 0xff * 2 ** 120, 2 ** -133, -0, -Infinity, Number.NaN];
    expect(await read('BF16', halves)).toEqual(values);
  });
});

test('tensors that are not wanted may be of any type', async () => {
  forge(
    {
      a: { dtype: 'BOOL', shape: [4], data_offsets: [0, 4] },
      b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
    },
    8,
  );
  const { tensors } = await readSafetensors(path, (name) => name === 'b');
  expect(tensors).toEqual(new Map([['b', tensor([1], [0])]]));
});

describe('reading refuses', () => {
  const entry = (over: object) => ({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over } });
  const cases: [string, () => void, string][] = [
    ['an empty file', () => writeFileSync(path, ''), 'too short'],
    ['a header longer than the file', () => forge({}, 0, 1000n), 'impossible header length'],
    ['a header over the limit', () => forge({}, 0, 2n ** 63n), 'impossible header length'],
    ['a header that is not JSON', () => forge('{"a":', 8), 'unreadable header'],
    ['a header that is no object', () => forge('[1, 2]  ', 8), 'a JSON object'],
    ['metadata that are not strings', () => forge({ __metadata__: { step: 1 } }, 0), 'strings by name'],
    ['an unknown type', () => forge(entry({ dtype: 'F31' }), 8), 'got "F31"'],
    ['a type that is not read', () => forge(entry({ dtype: 'I32' }), 8), 'expected F32, F16, BF16, got I32'],
    [
      'a length that does not fit the type',
      () => forge(entry({ dtype: 'F16' }), 8),
      'expected 4 bytes, got 8',
    ],
    ['a negative size', () => forge(entry({ shape: [-2] }), 8), 'shape'],
    ['a size that is no number', () => forge(entry({ shape: ['2'] }), 8), 'shape'],
    ['offsets that do not hold the shape', () => forge(entry({ shape: [3] }), 8), 'expected 12 bytes, got 8'],
    ['a size beyond what numbers hold', () => forge(entry({ shape: [2 ** 40, 2 ** 40] }), 8), 'length'],
    ['a tensor that is no object', () => forge({ a: 1 }, 8), 'an object'],
    ['one offset', () => forge(entry({ data_offsets: [0] }), 8), 'data_offsets'],
    ['a tensor beyond the end', () => forge(entry({}), 4), 'wrong size'],
    ['bytes left over', () => forge(entry({}), 12), 'wrong size'],
    [
      'a hole',
      () => forge({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8),
      'expected byte 0, got byte 4',
    ],
    [
      'an overlap',
      () => forge({ ...entry({}), b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }, 12),
      'expected byte 8, got byte 4',
    ],
  ];
  test.each(cases)('%s', async (_name, write, message) => {
    write();
    await expect(readSafetensors(path)).rejects.toThrow(message);
  });

  test('a file that is not there', async () => {
    await expect(readSafetensors(join(root, 'absent'))).rejects.toThrow('ENOENT');
  });
});
