/** Reads a CSV of numbers in the layout of RegMix's published runs: a header, then an index and numbers a row. */
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { csvFields, csvRecords, openBytes, peel } from '../../corpus/index.js';
import { AssayError } from '../../errors.js';
import type { Matrix } from '../regressors/regressor.js';

/** As `index,train_a,train_b` and rows such as `17,0.25,0.75`. */
export interface Table {
  file: string;
  /** [columns] The header, without that of the index. */
  columns: string[];
  /** [rows] The first field of each row, each a different text. */
  index: string[];
  /** [rows, columns] All finite. */
  numbers: Matrix;
}

const maximumRowBytes = 1 << 20;

/**
 * @param file a CSV in UTF-8, also with `.gz` or `.zst`; blank lines are none
 * @throws AssayError that names the file, the line and the column of what cannot be read: no such file, no rows, a
 *   column named twice, a row of another width, a field that is not a finite number, an index that occurs twice
 */
export async function readTable(file: string): Promise<Table> {
  if (!existsSync(file)) throw new AssayError(file, 'no such file', { fix: 'Check its path.' });
  let columns: string[] | undefined;
  const lines = new Map<string, number>();
  const values: number[] = [];
  let line = 0;
  for await (const record of csvRecords(
    openBytes(file, peel(file).compression, file),
    0x2c,
    maximumRowBytes,
  )) {
    line++;
    const fields = fieldsOf(record.bytes, record.closed, `${file}:${line}`);
    if (fields === undefined) continue;
    if (columns === undefined) {
      columns = headerOf(fields, file);
      continue;
    }
    const [index, ...numbers] = fields as [string, ...string[]];
    if (numbers.length !== columns.length)
      throw new AssayError(`${file}:${line}`, 'a row of another width than the header', {
        expected: `${columns.length + 1} fields`,
        got: `${fields.length}`,
      });
    const before = lines.get(index);
    if (before !== undefined)
      throw new AssayError(`${file}:${line}`, `index "${index}" occurs a second time, as on line ${before}`);
    lines.set(index, line);
    numbers.forEach((text, at) => {
      values.push(numberIn(text, `${file}:${line}`, columns![at]!));
    });
  }
  if (columns === undefined || lines.size === 0)
    throw new AssayError(file, 'no rows', { expected: 'a header and at least one row' });
  const numbers = { rows: lines.size, columns: columns.length, values: Float64Array.from(values) };
  return { file, columns, index: [...lines.keys()], numbers };
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

function headerOf([, ...columns]: string[], file: string): string[] {
  if (columns.length === 0)
    throw new AssayError(file, 'its header names no column after the index', {
      expected: 'fields separated by commas, such as index,web,code',
    });
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw new AssayError(file, `its header names "${twice}" twice`);
  const unnamed = columns.indexOf('');
  if (unnamed >= 0) throw new AssayError(file, `its header has no name for column ${unnamed + 2}`);
  return columns;
}

function numberIn(text: string, place: string, column: string): number {
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new AssayError(place, `column "${column}" is not a finite number`, { got: `"${text}"` });
}
