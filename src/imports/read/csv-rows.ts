/** Comma- or tab-separated results: the first record names the fields, row 1 is the one after it. */
import { isUtf8 } from 'node:buffer';
import { csvFields, csvRecords } from '../../corpus/index.js';
import { AssayError } from '../../errors.js';
import { maximumRowBytes, type RawRow } from './raw-row.js';

/** @throws AssayError for a header that cannot be read or names a field twice */
export async function* csvRows(
  bytes: AsyncIterable<Buffer>,
  delimiter: ',' | '\t',
  name: string,
): AsyncIterable<RawRow> {
  let header: string[] | undefined;
  let row = 0;
  for await (const record of csvRecords(bytes, delimiter.charCodeAt(0), maximumRowBytes)) {
    const problem = problemOf(record.bytes, record.closed);
    const text = problem === undefined ? record.bytes!.toString('utf8') : '';
    if (problem === undefined && (text === '' || text === '\r')) continue;
    if (header === undefined) {
      if (problem !== undefined) throw new AssayError(name, `its header cannot be read: ${problem}`);
      header = csvFields(text.replace(/^\ufeff/, ''), delimiter).map((field) => field.trim());
      const twice = header.find((field, i) => header!.indexOf(field) !== i);
      if (twice !== undefined) throw new AssayError(name, `its header names "${twice}" twice`);
      continue;
    }
    row++;
    if (problem !== undefined) yield { row, reason: problem };
    else yield rowOf(row, csvFields(text, delimiter), header);
  }
}

function problemOf(bytes: Buffer | undefined, closed: boolean): string | undefined {
  if (bytes === undefined) return `row too long, expected at most ${maximumRowBytes} bytes`;
  if (!closed) return 'a quote is not closed, expected another " before the end of the file';
  return isUtf8(bytes) ? undefined : 'not UTF-8, expected UTF-8 text';
}

function rowOf(row: number, values: string[], header: string[]): RawRow {
  if (values.length !== header.length) {
    return {
      row,
      reason: `another number of fields, expected ${header.length} as in the header, got ${values.length}`,
    };
  }
  return { row, fields: Object.fromEntries(header.map((field, i) => [field, values[i]])) };
}
