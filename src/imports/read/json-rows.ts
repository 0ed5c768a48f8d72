/** JSON Lines, and JSON files that hold an array of objects or the report of a study. */
import { isUtf8 } from 'node:buffer';
import { lines } from '../../corpus/index.js';
import { AssayError } from '../../errors.js';
import { maximumRowBytes, type RawRow } from './raw-row.js';
import { isStudyReport, reportRows } from './study-report.js';

export async function* jsonLinesRows(bytes: AsyncIterable<Buffer>): AsyncIterable<RawRow> {
  for await (const { number: row, bytes: line } of lines(bytes, maximumRowBytes, true)) {
    if (line === undefined) yield { row, reason: `line too long, expected at most ${maximumRowBytes} bytes` };
    else if (!isUtf8(line)) yield { row, reason: 'not UTF-8, expected UTF-8 text' };
    else {
      const text = line.toString('utf8').replace(/^\ufeff/, '');
      if (text.trim() === '') continue;
      const parsed = parseJson(text);
      yield parsed === undefined
        ? { row, reason: 'not JSON, expected one JSON object a line' }
        : objectRow(row, parsed.value);
    }
  }
}

/** @throws AssayError for a file that is not JSON or holds neither */
export async function* jsonRows(bytes: AsyncIterable<Buffer>, name: string): AsyncIterable<RawRow> {
  const parts: Buffer[] = [];
  for await (const chunk of bytes) parts.push(chunk);
  const parsed = parseJson(
    Buffer.concat(parts)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  );
  if (parsed === undefined) throw new AssayError(name, 'not valid JSON');
  if (isStudyReport(parsed.value)) yield* reportRows(parsed.value);
  else if (Array.isArray(parsed.value)) yield* parsed.value.map((value, i) => objectRow(i + 1, value));
  else {
    throw new AssayError(name, 'no rows', {
      expected: 'an array of objects, or the report.json of a study',
      got: parsed.value === null ? 'null' : typeof parsed.value,
    });
  }
}

function objectRow(row: number, value: unknown): RawRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { row, fields: value as Record<string, unknown> }
    : { row, reason: 'not an object, expected a JSON object' };
}

/** Python writes NaN and Infinity, which JSON has not: they are read as texts. Undefined for what is no JSON either way. */
function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    try {
      return { value: JSON.parse(quoted) };
    } catch {
      return undefined;
    }
  }
}
