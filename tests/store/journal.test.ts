import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Journal, readJournal } from '../../src/store/index.js';

const root = mkdtempSync(join(tmpdir(), 'assay-journal-'));
const path = join(root, 'journal.jsonl');
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

interface Line {
  step: number;
  text: string;
}
const lines: Line[] = [1, 2, 3, 4].map((step) => ({ step, text: `zeile ${step}: ä\n` }));

function write(all: Line[]): void {
  const { journal } = Journal.open<Line>(path, () => true);
  for (const line of all) journal.append(line);
  journal.flush();
  journal.close();
}

test('lines are read back; an absent journal has none', () => {
  expect(readJournal(path)).toEqual([]);
  write(lines);
  expect(readJournal(path)).toEqual(lines);
});

test('cut after any byte, it holds exactly the lines that were whole', () => {
  write(lines);
  const whole = readFileSync(path);
  for (let bytes = 0; bytes < whole.length; bytes++) {
    writeFileSync(path, whole);
    truncateSync(path, bytes);
    const newlines = whole.subarray(0, bytes).filter((byte) => byte === 10).length;
    expect(readJournal(path)).toEqual(lines.slice(0, newlines));
  }
});

test('opening drops the torn line and what comes after the step, and appending goes on from there', () => {
  write(lines);
  appendFileSync(path, '{"step":5,"te');
  const { journal, kept } = Journal.open<Line>(path, ({ step }) => step <= 2);
  expect(kept).toEqual(lines.slice(0, 2));
  for (const line of lines.slice(2)) journal.append(line);
  journal.close();
  expect(readJournal(path)).toEqual(lines);
});

test('a broken line in the middle is named when it is read, and ends what a resumed journal keeps', () => {
  write(lines.slice(0, 1));
  appendFileSync(path, '\0\0\0\n{"step":3}\n');
  expect(() => readJournal(path)).toThrow('journal.jsonl:2: not valid JSON');
  const { journal, kept } = Journal.open<Line>(path, () => true);
  journal.close();
  expect(kept).toEqual(lines.slice(0, 1));
  expect(readJournal(path)).toEqual(lines.slice(0, 1));
});
