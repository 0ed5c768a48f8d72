import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentId } from '../../../src/corpus/document-id.js';
import { copyCounter } from '../../../src/corpus/duplicates/index.js';

/** Ids of few different halves, so that most pairs differ in one half only, which decides the slot. */
const half = fc.constantFrom('0000000000000000', '000000000000000f', 'ffffffffffffffff', 'f000000000000000');
const id = fc.tuple(half, half).map(([high, low]) => high + low);

describe('copyCounter', () => {
  test('counts as a Map does, for any ids', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 60 }), (ids) => {
        const seen = new Map<string, number>();
        const copyOf = copyCounter();
        for (const one of ids) {
          expect(copyOf(one)).toBe(seen.get(one) ?? 0);
          seen.set(one, (seen.get(one) ?? 0) + 1);
        }
      }),
    );
  });

  test('remembers 200,000 ids exactly, in at most 40 bytes each', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ids = Array.from({ length: 200_000 }, (_, i) => documentId(String(i)));
    // What is dropped is swept beside the program, so the least of a few looks counts.
    const held = async () => {
      const looks = [];
      for (let look = 0; look < 5; look++) {
        collect();
        await setTimeout(10);
        looks.push(process.memoryUsage().arrayBuffers);
      }
      return Math.min(...looks);
    };
    const before = await held();
    const copyOf = copyCounter();
    expect(ids.every((one) => copyOf(one) === 0)).toBe(true);
    const bytes = (await held()) - before;
    expect(ids.every((one) => copyOf(one) === 1)).toBe(true);
    expect(bytes / ids.length).toBeLessThan(40);
  });

  test('an id that is none is refused', () => {
    expect(() => copyCounter()('abc')).toThrow('document id: malformed, expected 32 hex digits, got "abc"');
  });
});
