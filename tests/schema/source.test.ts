import { describe, expect, test } from 'vitest';
import { columnsOf, isAddress, sourceShape, takenColumns } from '../../src/schema/source.js';

const columns = (value: unknown) =>
  columnsOf(sourceShape.parse({ path: 'a.jsonl', columns: value }).columns!);

describe('a source', () => {
  test('holds its text in `text` unless it says otherwise', () => {
    expect(sourceShape.parse({ path: 'a.jsonl' })).toEqual({ path: 'a.jsonl', text: 'text' });
  });

  test('names its columns as a list, or with the fields that they are read from', () => {
    expect(columns(['url', 'score'])).toEqual({ url: 'url', score: 'score' });
    expect(columns({ quality: 'metadata.score' })).toEqual({ quality: 'metadata.score' });
  });

  test.each([
    [['meta.score']],
    [{ 'a b': 'x' }],
    [JSON.parse('{ "__proto__": "x" }')],
    [['_row']],
    [[]],
    [{}],
    [{ a: '' }],
  ])('with columns that SQL cannot name is refused: %j', (value) => {
    expect(sourceShape.safeParse({ path: 'a', columns: value }).success).toBe(false);
  });
});

test.each([
  ['https://host/a.jsonl', true],
  ['hf://datasets/a/b/c', true],
  ['s3://bucket/a', true],
  ['data/web/*.jsonl', false],
  ['C:\\data', false],
])('%s is an address: %s', (path, address) => {
  expect(isAddress(path)).toBe(address);
});

test('column names that signals have are found, letter case aside', () => {
  expect(takenColumns(['url', 'Bytes'], ['bytes', 'words'])).toEqual(['Bytes']);
  expect(takenColumns({ words: 'n', ok: 'bytes' }, ['bytes', 'words'])).toEqual(['words']);
});
