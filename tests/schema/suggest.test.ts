import { describe, expect, test } from 'vitest';
import { didYouMean, suggest } from '../../src/schema/index.js';
import { parseShare, parseTokens } from '../../src/schema/quantities.js';
import { editDistance } from '../../src/suggest.js';

describe('edit distance', () => {
  test.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['fo', 'of', 1],
    ['learningrate', 'learningRate', 1],
  ])('of %j and %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

test('a near word is suggested, a far one is not', () => {
  expect(suggest('sedes', ['seeds', 'batch'])).toBe('seeds');
  expect(suggest('banana', ['seeds', 'batch'])).toBeUndefined();
  expect(didYouMean('banana', ['seeds', 'batch'])).toBe('Choose from: seeds, batch.');
  expect(didYouMean('banana', [])).toBeUndefined();
});

test('token counts are read as people write them', () => {
  expect(['200k', '1.5M', '2B', '1T', '1_000', '12 k', 77].map(parseTokens)).toEqual([
    200e3, 1.5e6, 2e9, 1e12, 1000, 12e3, 77,
  ]);
  expect(['0', '1.5X', 'M', '-1k', '9999999T', '0.2'].map(parseTokens)).toEqual(Array(6).fill(undefined));
});

test('shares are read as fractions or percentages', () => {
  expect(['0.5 %', '50%', 0.005].map(parseShare)).toEqual([0.005, 0.5, 0.005]);
  expect(['0 %', '100 %', 1, 0].map(parseShare)).toEqual(Array(4).fill(undefined));
});
