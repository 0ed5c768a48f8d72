/** JSON Lines: one JSON object a line. Blank lines are not rows; of a key that comes twice, the last counts. */
import { isUtf8 } from 'node:buffer';
import { columnValue, type Fields, fieldAt, fieldNames, wellFormed } from './fields.js';
import { lines } from './lines.js';
import { megabytes, type Reader, type Row, withoutMark } from './reader.js';

export const jsonl: Reader = {
  format: 'JSON Lines',
  hasFields: true,
  async *rows(bytes, fields, maximumBytes) {
    for await (const { number, bytes: line } of lines(bytes, maximumBytes, true)) {
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
      if (json.trim() !== '') yield { line: number, ...rowOf(json, fields) };
    }
  },
};

function rowOf(json: string, fields: Fields): Row {
  let row: unknown;
  try {
    row = JSON.parse(json);
  } catch {
    return { reason: `not JSON, expected one JSON object a line, got ${excerpt(json)}` };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { reason: `not an object, expected a JSON object, got ${kind(row)}` };
  }
  const read: Row = textOf(row, fields.text);
  try {
    if (fields.columns.length > 0)
      read.columns = fields.columns.map((field) => columnValue(fieldAt(row, field)));
    if (fields.condition.length > 0)
      read.condition = fields.condition.map((field) => columnValue(fieldAt(row, field)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reason: 'a column is nested too deep, expected at most some thousand levels' };
  }
  return read;
}

function textOf(row: object, field: string): Row {
  const text = fieldAt(row, field);
  if (text === undefined) {
    return {
      reason: `no field "${field}", expected it to hold the text, got ${fieldNames(Object.keys(row))}`,
    };
  }
  if (typeof text !== 'string') {
    return { reason: `field "${field}" is not a string, expected a string, got ${kind(text)}` };
  }
  return { text: wellFormed(text) };
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function excerpt(text: string): string {
  const line = text.trim();
  return line.length <= 40 ? `\`${line}\`` : `\`${line.slice(0, 40)}…\``;
}
