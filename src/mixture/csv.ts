/** Rows of a CSV file as texts: what tables of runs and of trajectories are made of. */
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { csvFields, csvRecords, openBytes, peel } from '../corpus/index.js';
import { AssayError } from '../errors.js';

export interface CsvRow {
  /** From 1 on. */
  line: number;
  /** `runs.csv:17`, for errors. */
  place: string;
  /** Without the spaces around them. */
  fields: string[];
}

const maximumRowBytes = 1 << 20;

/**
 * The header, then every row, all of them as wide; blank lines are none.
 *
 * @param file a CSV in UTF-8, also with `.gz` or `.zst`
 * @throws AssayError that names the file and the line: no such file, no row after the header, a row of another width
 */
export async function* csvRows(file: string): AsyncGenerator<CsvRow> {
  if (!existsSync(file)) throw new AssayError(file, 'no such file', { fix: 'Check its path.' });
  let line = 0;
  let width: number | undefined;
  let rows = 0;
  const records = csvRecords(openBytes(file, peel(file).compression, file), 0x2c, maximumRowBytes);
  for await (const { bytes, closed } of records) {
    const place = `${file}:${++line}`;
    const fields = fieldsOf(bytes, closed, place);
    if (fields === undefined) continue;
    width ??= fields.length;
    if (fields.length !== width)
      throw new AssayError(place, 'a row of another width than the header', {
        expected: `${width} fields`,
        got: `${fields.length}`,
      });
    rows++;
    yield { line, place, fields };
  }
  if (rows < 2) throw new AssayError(file, 'no rows', { expected: 'a header and at least one row' });
}

/** Undefined for a blank line. */
function fieldsOf(bytes: Buffer | undefined, closed: boolean, place: string): string[] | undefined {
  if (bytes === undefined)
    throw new AssayError(place, 'a row is too long', { expected: `at most ${maximumRowBytes} bytes` });
  if (!closed) throw new AssayError(place, 'a quote is not closed', { expected: 'another " after it' });
  if (!isUtf8(bytes)) throw new AssayError(place, 'not UTF-8', { fix: 'Save the file as UTF-8 text.' });
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  return text.trim() === '' ? undefined : csvFields(text, ',').map((field) => field.trim());
}

/** @throws AssayError for a text that is not a finite number */
export function numberIn(text: string, place: string, column: string): number {
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new AssayError(place, `column "${column}" is not a finite number`, { got: `"${text}"` });
}
