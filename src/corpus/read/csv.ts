/** Comma- or tab-separated values: the first record names the columns, each other one is a row. Blank lines are none. */
import { isUtf8 } from 'node:buffer';
import { AssayError } from '../../errors.js';
import { csvFields, csvRecords } from './csv-records.js';
import { type Fields, fieldNames, untypedValue } from './fields.js';
import { megabytes, type Reader, type Row, withoutMark } from './reader.js';

export const csv = separatedBy(',', 'CSV');
export const tsv = separatedBy('\t', 'TSV');

function separatedBy(delimiter: string, format: string): Reader {
  return {
    format,
    hasFields: true,
    untyped: true,
    async *rows(bytes, fields, maximumBytes, name) {
      let header: Header | undefined;
      let number = 0;
      for await (const record of csvRecords(bytes, delimiter.charCodeAt(0), maximumBytes)) {
        const content = header === undefined && record.bytes ? withoutMark(record.bytes) : record.bytes;
        if (content !== undefined && content.length <= 1 && (content.length === 0 || content[0] === 0x0d))
          continue;
        const problem = problemOf(content, record.closed, maximumBytes);
        if (header === undefined) {
          if (problem !== undefined) throw new AssayError(name, `its header cannot be read: ${problem}`);
          header = headerOf(csvFields(content!.toString('utf8'), delimiter), fields, name);
          continue;
        }
        number++;
        if (problem !== undefined) yield { line: number, reason: problem };
        else yield { line: number, ...rowOf(csvFields(content!.toString('utf8'), delimiter), header) };
      }
    },
  };
}

/** Places of the fields in a record. */
interface Header {
  width: number;
  text: number;
  columns: number[];
  condition: number[];
}

function headerOf(names: string[], fields: Fields, file: string): Header {
  const placeOf = (field: string, purpose: string): number => {
    const place = names.indexOf(field);
    if (place >= 0) return place;
    throw new AssayError(file, `no column "${field}"`, {
      expected: `it to ${purpose}`,
      got: fieldNames(names).replace('fields', 'columns'),
      fix: 'Name another column in the study, or leave the file out with a glob.',
    });
  };
  return {
    width: names.length,
    text: placeOf(fields.text, 'hold the text (`text:`)'),
    columns: fields.columns.map((field) => placeOf(field, 'be carried along (`columns:`)')),
    condition: fields.condition.map((field) => placeOf(field, 'decide about rows (`where:`)')),
  };
}

function problemOf(content: Buffer | undefined, closed: boolean, maximumBytes: number): string | undefined {
  if (content === undefined) return `row too long, expected at most ${megabytes(maximumBytes)}`;
  if (!closed) return 'a quote is not closed, expected another " before the end of the file';
  if (!isUtf8(content)) return 'not UTF-8, expected UTF-8 text';
  const nul = content.indexOf(0);
  return nul < 0 ? undefined : `not text, expected UTF-8 text, got a NUL byte at byte ${nul} of the row`;
}

function rowOf(values: string[], header: Header): Row {
  if (values.length !== header.width)
    return {
      reason: `another number of fields, expected ${header.width} as in the header, got ${values.length}`,
    };
  const row: Row = { text: values[header.text]! };
  if (header.columns.length > 0) row.columns = header.columns.map((place) => untypedValue(values[place]!));
  if (header.condition.length > 0) row.condition = header.condition.map((place) => values[place]! || null);
  return row;
}
