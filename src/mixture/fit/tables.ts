/** Reads a CSV of numbers in the layout of RegMix's published runs: a header, then an index and numbers a row. */
import { AssayError } from '../../errors.js';
import { csvRows, numberIn } from '../csv.js';
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

/**
 * @throws AssayError as `csvRows`, and that names the place of a column named twice, a field that is not a finite number
 *   and an index that occurs twice
 */
export async function readTable(file: string): Promise<Table> {
  let columns: string[] | undefined;
  const lines = new Map<string, number>();
  const values: number[] = [];
  for await (const { line, place, fields } of csvRows(file)) {
    if (columns === undefined) {
      columns = headerOf(fields, file);
      continue;
    }
    const [index, ...numbers] = fields as [string, ...string[]];
    const before = lines.get(index);
    if (before !== undefined)
      throw new AssayError(place, `index "${index}" occurs a second time, as on line ${before}`);
    lines.set(index, line);
    numbers.forEach((text, at) => {
      values.push(numberIn(text, place, columns![at]!));
    });
  }
  const numbers = { rows: lines.size, columns: columns!.length, values: Float64Array.from(values) };
  return { file, columns: columns!, index: [...lines.keys()], numbers };
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
