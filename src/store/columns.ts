/** Columns of equal length in a Parquet file: written in batches with bounded memory, whole or absent, and read back. */
import { open, rm } from 'node:fs/promises';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, type SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { publish } from './files.js';
import { writing } from './system-errors.js';
import { temporaryFor } from './temporaries.js';

export interface ColumnType {
  name: string;
  type: 'DOUBLE' | 'BIGINT' | 'VARCHAR' | 'BOOLEAN';
}

/** Values of one column: numbers (NaN is null) for DOUBLE and BIGINT, else an array that may hold null. */
export type ColumnValues = Float64Array | readonly (string | boolean | null)[];

/** Rows held in memory before they are written as one row group. */
const rowsPerGroup = 20_000;

/** The file is at its place after `finish`, and nothing of it is after `abandon`. */
export class ColumnWriter {
  rows = 0;
  private readonly temporary: string;
  private readonly writer: ParquetWriter;
  /** Batches of the next row group; each holds one array a column. */
  private batches: (readonly ColumnValues[])[] = [];
  private buffered = 0;

  constructor(
    private readonly path: string,
    private readonly columns: readonly ColumnType[],
  ) {
    this.temporary = temporaryFor(path);
    this.writer = new ParquetWriter({
      writer: fileWriter(this.temporary),
      schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaElement)],
      codec: 'SNAPPY',
      // Queries here read whole columns, so bounds of row groups would help nobody.
      statistics: false,
    });
  }

  /** @param values one array a column, in the order of the columns, all of the same length */
  async add(values: readonly ColumnValues[]): Promise<void> {
    this.batches.push(values);
    const rows = values[0]!.length;
    this.rows += rows;
    this.buffered += rows;
    if (this.buffered >= rowsPerGroup) await this.writeGroup();
  }

  async finish(): Promise<void> {
    await writing(this.path, async () => {
      if (this.buffered > 0) await this.writeGroup();
      await this.writer.finish();
      const file = await open(this.temporary, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await publish(this.temporary, this.path);
    });
  }

  async abandon(): Promise<void> {
    await rm(this.temporary, { force: true });
  }

  private async writeGroup(): Promise<void> {
    const { batches, buffered } = this;
    this.batches = [];
    this.buffered = 0;
    const columnData = this.columns.map(({ name, type }, c) => {
      const data = new Array<unknown>(buffered);
      let at = 0;
      for (const batch of batches) {
        for (const value of batch[c]!) data[at++] = encode(value, type);
      }
      return { name, data };
    });
    await writing(this.path, async () => this.writer.write({ columnData, rowGroupSize: buffered }));
  }
}

function encode(value: number | string | boolean | null, type: ColumnType['type']): unknown {
  if (value === null || Number.isNaN(value)) return null;
  return type === 'BIGINT' ? BigInt(value) : value;
}

function schemaElement({ name, type }: ColumnType): SchemaElement {
  const physical = { DOUBLE: 'DOUBLE', BIGINT: 'INT64', VARCHAR: 'BYTE_ARRAY', BOOLEAN: 'BOOLEAN' } as const;
  return {
    name,
    type: physical[type],
    ...(type === 'VARCHAR' ? { converted_type: 'UTF8' as const } : {}),
    repetition_type: 'OPTIONAL',
  };
}

/**
 * Columns of a file that a `ColumnWriter` wrote, by name; about 8 bytes a number and 30 and up a text. Integers are
 * exact up to 2^53.
 */
export async function readColumns<N extends string = never, T extends string = never>(
  path: string,
  names: { numbers?: readonly N[]; texts?: readonly T[] },
): Promise<{ rows: number } & Record<N, Float64Array> & Record<T, string[]>> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const { numbers = [], texts = [] } = names;
  const isText = new Set<string>(texts);
  const table: Record<string, unknown> = { rows };
  for (const name of numbers) table[name] = new Float64Array(rows);
  for (const name of texts) table[name] = new Array<string>(rows);
  await parquetRead({
    file,
    metadata,
    columns: [...numbers, ...texts],
    onChunk({ columnName, columnData, rowStart }) {
      const column = table[columnName] as { [i: number]: unknown };
      const text = isText.has(columnName);
      for (let i = 0; i < columnData.length; i++) {
        const value: unknown = columnData[i];
        column[rowStart + i] = text ? value : value === null ? Number.NaN : Number(value);
      }
    },
  });
  return table as never;
}
