/** Parquet, through DuckDB in a child process: rows in the file's order, those that `where` leaves out counted. */
import type { FilteredRows } from '../../records.js';
import { isAddress } from '../../schema/index.js';
import { addBytesRead } from './bytes-read.js';
import type { Answer } from './duckdb/duckdb-process.js';
import type { Condition } from './duckdb/messages.js';
import { withDuckDb } from './duckdb/pool.js';
import { refusal } from './duckdb/refusal.js';
import type { Fields } from './fields.js';
import { megabytes, type Row } from './reader.js';
import { requestFor } from './remote/fetch-bytes.js';
import { hubHeaders } from './remote/http.js';

export interface ParquetOptions {
  file: string;
  /** For messages. */
  name: string;
  fields: Fields;
  condition?: Condition;
  maximumBytes: number;
  onFiltered: (rows: FilteredRows) => void;
}

/** @throws AssayError naming the file, and the last row before the trouble where there was one */
export async function* parquetRows(options: ParquetOptions): AsyncIterable<Row> {
  yield* withDuckDb(async function* (duckdb) {
    const { file, name, fields, condition, maximumBytes } = options;
    const remote = isAddress(file);
    // DuckDB signs requests to S3 itself, each for the range that it asks for.
    const url = remote && !file.startsWith('s3:') ? requestFor('GET', file, {}, name).url : file;
    const headers = hubHeaders(url);
    let row = 0;
    const expect = <K extends Answer['kind']>(answer: Answer, kind: K): Extract<Answer, { kind: K }> => {
      if (answer.kind === kind) return answer as Extract<Answer, { kind: K }>;
      throw refusal(answer, name, row);
    };
    const opened = expect(
      await duckdb.ask({
        kind: 'open',
        file: url,
        remote,
        headers,
        text: fields.text,
        columns: fields.columns,
        maximumBytes,
        ...(condition === undefined ? {} : { condition }),
      }),
      'opened',
    );
    for (const [value, rows] of [
      ['false', opened.filteredFalse],
      ['null', opened.filteredNull],
    ] as const) {
      if (rows > 0) options.onFiltered({ origin: name, value, rows });
    }
    for (;;) {
      const { numbers, texts, columns, bytesRead } = expect(await duckdb.ask({ kind: 'next' }), 'rows');
      addBytesRead(bytesRead);
      if (numbers.length === 0) return;
      for (const [i, text] of texts.entries()) {
        row = numbers[i]!;
        const line = { line: row };
        if (typeof text === 'string')
          yield columns.length === 0
            ? { ...line, text }
            : { ...line, text, columns: columns.map((column) => column[i]!) };
        else if (text === null)
          yield { ...line, reason: `field "${fields.text}" is not a string, expected a string, got null` };
        else if (text.problem === 'not UTF-8') yield { ...line, reason: 'not UTF-8, expected UTF-8 text' };
        else yield { ...line, reason: `row too long, expected at most ${megabytes(maximumBytes)}` };
      }
    }
  });
}
