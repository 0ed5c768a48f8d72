/** JSON Lines: one JSON object a line, the text in one of its fields. Blank lines are not rows. */
import { isUtf8 } from 'node:buffer';
import { lines } from './lines.js';
import { megabytes, type Reader, type Row, withoutMark } from './reader.js';

export const jsonl: Reader = {
  format: 'JSON Lines',
  async *rows(bytes, field, maximumBytes) {
    for await (const { number, bytes: line } of lines(bytes, maximumBytes)) {
      if (line === undefined) {
        yield { line: number, reason: `line too long, expected at most ${megabytes(maximumBytes)}` };
        continue;
      }
      const content = number === 1 ? withoutMark(line) : line;
      if (!isUtf8(content)) {
        yield { line: number, reason: 'not UTF-8, expected UTF-8 text' };
        continue;
      }
      const json = content.toString('utf8');
      if (json.trim() !== '') yield { line: number, ...textOf(json, field) };
    }
  },
};

function textOf(json: string, field: string): Row {
  let row: unknown;
  try {
    row = JSON.parse(json);
  } catch {
    return { reason: `not JSON, expected one JSON object a line, got ${excerpt(json)}` };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { reason: `not an object, expected a JSON object, got ${kind(row)}` };
  }
  if (!Object.hasOwn(row, field)) {
    const fields = Object.keys(row);
    return { reason: `no field "${field}", expected it to hold the text, got ${fieldNames(fields)}` };
  }
  const text = (row as Record<string, unknown>)[field];
  if (typeof text !== 'string') {
    return { reason: `field "${field}" is not a string, expected a string, got ${kind(text)}` };
  }
  // A lone surrogate (a "\ud800" escape) has no UTF-8 form: replaced here, so that every later stage sees the same text.
  return { text: /\p{Surrogate}/u.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text };
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function fieldNames(names: string[]): string {
  if (names.length === 0) return 'no fields';
  const shown = names.slice(0, 8).map((name) => `"${name.slice(0, 40)}"`);
  return `the fields ${shown.join(', ')}${names.length > 8 ? `, … (${names.length} in all)` : ''}`;
}

function excerpt(text: string): string {
  const line = text.trim();
  return line.length <= 40 ? `\`${line}\`` : `\`${line.slice(0, 40)}…\``;
}
