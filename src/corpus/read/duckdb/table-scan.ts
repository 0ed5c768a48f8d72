/** One pass over a Parquet file: its rows in order, in batches of bounded size. */
import { isUtf8 } from 'node:buffer';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { ColumnValue } from '../../../records.js';
import { sqlName, sqlString } from '../../../store/index.js';
import { type Batch, type OpenTable, Refused, type Reply, type TextProblem } from './messages.js';
import { type RowRange, rowRanges } from './row-ranges.js';
import { fieldSql, isNested, type Schema, schemaOf, typesOf, valueSql } from './table-columns.js';

/** A batch ends at the row that reaches one of these. */
const batchCharacters = 1 << 20;
const batchRows = 2048;

/** Places in the result; the columns follow. */
const outputs = { row: 0, text: 1, bytes: 2, columns: 3 };

export class TableScan {
  private result: DuckDBResult | undefined;
  private chunk: DuckDBDataChunk | undefined;
  private place = 0;
  private nested: boolean[] = [];
  private ranges: RowRange[] = [];
  private select: (range: RowRange) => string = () => '';
  /** Of the last row that was given, from 1. */
  lastRow = 0;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly table: OpenTable,
    private readonly bytesRead: () => number,
  ) {}

  /** @throws Refused for a table without the columns that are asked for, and a condition that does not fit them */
  static async open(
    connection: DuckDBConnection,
    table: OpenTable,
    bytesRead: () => number,
  ): Promise<{ scan: TableScan; reply: Reply }> {
    const scan = new TableScan(connection, table, bytesRead);
    const schema = await schemaOf(connection, `read_parquet(${sqlString(table.file)})`);
    await scan.plan(schema);
    const [no, unknown] = await scan.countFiltered(schema);
    scan.ranges = await rowRanges(connection, table.file);
    return { scan, reply: { kind: 'opened', filteredFalse: no, filteredNull: unknown } };
  }

  /** No rows: the table ends. */
  async next(): Promise<Batch> {
    const batch: Batch = {
      kind: 'rows',
      numbers: [],
      texts: [],
      columns: this.nested.map(() => []),
      bytesRead: 0,
    };
    let characters = 0;
    while (characters < batchCharacters && batch.numbers.length < batchRows && (await this.hasRow())) {
      const i = this.place++;
      const { text, columns } = this.row(i);
      this.lastRow = Number(this.value(outputs.row, i));
      batch.numbers.push(this.lastRow);
      batch.texts.push(text);
      columns.forEach((value, c) => {
        batch.columns[c]!.push(value);
        if (typeof value === 'string') characters += value.length;
      });
      if (typeof text === 'string') characters += text.length;
    }
    batch.bytesRead = this.bytesRead();
    return batch;
  }

  private async plan(schema: Schema): Promise<void> {
    const { table } = this;
    const from = this.relation(schema);
    const fields = [table.text, ...table.columns].map((field) => fieldSql(field, schema));
    const types = await typesOf(this.connection, fields, from);
    if (types[0] !== 'VARCHAR' && types[0] !== 'BLOB')
      throw new Refused({ what: 'not text', field: table.text, type: types[0]! });
    this.nested = types.slice(1).map(isNested);
    const values = fields.map((field, i) => (i === 0 ? field : valueSql(field, types[i]!)));
    const sizes = values.map((value, i) => `coalesce(${sizeSql(value, types[i]!)}, 0)`);
    const output = ['file_row_number + 1', values[0]!, sizes.join(' + '), ...values.slice(1)];
    const where = table.condition === undefined ? '' : ` AND (${table.condition.sql})`;
    this.select = ({ first, last }) =>
      `SELECT ${output.map((sql, i) => `${sql} AS assay${i}`).join(', ')} FROM ${from}
       WHERE file_row_number BETWEEN ${first} AND ${last}${where}`;
  }

  private async countFiltered(schema: Schema): Promise<[no: number, unknown: number]> {
    if (this.table.condition === undefined) return [0, 0];
    const { sql } = this.table.condition;
    try {
      const counted = await this.connection.runAndReadAll(
        `SELECT count(*) FILTER (NOT (${sql})), count(*) FILTER ((${sql}) IS NULL) FROM ${this.relation(schema)}`,
      );
      const [no, unknown] = counted.getRowsJS()[0]!;
      return [Number(no), Number(unknown)];
    } catch (error) {
      const { message } = error as Error;
      const mismatch = /^(Binder|Conversion|Out of Range|Invalid Input) Error/.test(message);
      throw mismatch ? new Refused({ what: 'condition', message }) : error;
    }
  }

  /** The file with its row numbers, and the fields inside fields that the condition names, under those names. */
  private relation(schema: Schema): string {
    const inner = (this.table.condition?.fields ?? [])
      .map((field) => ({ field, sql: fieldSql(field, schema) }))
      .filter(({ field }) => !schema.has(field))
      .map(({ field, sql }) => `, ${sql} AS ${sqlName(field)}`);
    return `(SELECT *${inner.join('')} FROM read_parquet(${sqlString(this.table.file)}, file_row_number = true))`;
  }

  private row(i: number): { text: string | TextProblem; columns: ColumnValue[] } {
    if (Number(this.value(outputs.bytes, i)) > this.table.maximumBytes)
      return { text: { problem: 'too long' }, columns: this.nested.map(() => null) };
    const columns = this.nested.map((nested, c) => {
      const value = this.value(outputs.columns + c, i) as ColumnValue;
      // Written again as JavaScript writes it, so that a value looks the same whatever file it was read from.
      return nested && typeof value === 'string' ? JSON.stringify(JSON.parse(value)) : value;
    });
    return { text: textOf(this.value(outputs.text, i)), columns };
  }

  private value(column: number, i: number): unknown {
    return this.chunk!.getColumnVector(column).getItem(i);
  }

  private async hasRow(): Promise<boolean> {
    while (this.chunk === undefined || this.place >= this.chunk.rowCount) {
      if (this.result === undefined) {
        const range = this.ranges.shift();
        if (range === undefined) return false;
        this.result = await this.connection.stream(this.select(range));
      }
      const chunk = await this.result.fetchChunk();
      this.place = 0;
      this.chunk = chunk === null || chunk.rowCount === 0 ? undefined : chunk;
      if (this.chunk === undefined) this.result = undefined;
    }
    return true;
  }
}

/** In bytes; numbers count as much as they have digits. */
function sizeSql(value: string, type: string): string {
  return type === 'BLOB' ? `octet_length(${value})` : `strlen(CAST(${value} AS VARCHAR))`;
}

function textOf(value: unknown): string | TextProblem {
  if (value === null || typeof value === 'string') return value;
  const bytes = Buffer.from((value as { bytes: Uint8Array }).bytes);
  return isUtf8(bytes) ? bytes.toString('utf8') : { problem: 'not UTF-8' };
}
