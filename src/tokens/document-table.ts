/** `documents.parquet`: what was measured about each document of a store, one row a document, in store order. */
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, type SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { DocumentRow, TokenStore } from '../records.js';

const textColumns = ['id', 'origin'] as const;
const numberColumns = ['copy', 'bytes', 'characters', 'words', 'lines', 'tokens', 'offset'] as const;
type NumberColumn = (typeof numberColumns)[number];

/** The rows by column; element i of each column is document i. Offsets are exact up to 2^53. */
export interface DocumentTable extends Record<NumberColumn, Float64Array> {
  documents: number;
  id: string[];
  origin: string[];
}

const schema: SchemaElement[] = [
  { name: 'root', num_children: textColumns.length + numberColumns.length },
  ...textColumns.map(
    (name): SchemaElement => ({
      name,
      type: 'BYTE_ARRAY',
      converted_type: 'UTF8',
      repetition_type: 'REQUIRED',
    }),
  ),
  ...numberColumns.map((name): SchemaElement => ({ name, type: 'INT64', repetition_type: 'REQUIRED' })),
];

/** Rows held in memory before they are written as one row group. */
const rowsPerGroup = 50_000;

/** Writes rows as they come, in memory bounded by one row group. The file is whole after `finish`. */
export class DocumentTableWriter {
  private readonly writer: ParquetWriter;
  private rows: DocumentRow[] = [];

  constructor(path: string) {
    this.writer = new ParquetWriter({ writer: fileWriter(path), schema, codec: 'SNAPPY' });
  }

  async add(row: DocumentRow): Promise<void> {
    this.rows.push(row);
    if (this.rows.length === rowsPerGroup) await this.writeGroup();
  }

  async finish(): Promise<void> {
    if (this.rows.length > 0) await this.writeGroup();
    await this.writer.finish();
  }

  private async writeGroup(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    const columnData = [
      ...textColumns.map((name) => ({ name, data: rows.map((row) => row[name]) })),
      ...numberColumns.map((name) => ({
        name,
        data: BigInt64Array.from(rows, (row) => BigInt(row[name])),
      })),
    ];
    await this.writer.write({ columnData, rowGroupSize: rows.length });
  }
}

/** All rows of a store as columns: about 150 bytes a document. */
export async function readDocumentTable(store: TokenStore): Promise<DocumentTable> {
  const file = await asyncBufferFromFile(join(store.folder, 'documents.parquet'));
  const metadata = await parquetMetadataAsync(file);
  const documents = Number(metadata.num_rows);
  const numbers = Object.fromEntries(numberColumns.map((name) => [name, new Float64Array(documents)]));
  const table = {
    documents,
    id: new Array(documents),
    origin: new Array(documents),
    ...numbers,
  } as DocumentTable;
  await parquetRead({
    file,
    metadata,
    columns: [...textColumns, ...numberColumns],
    onChunk({ columnName, columnData, rowStart }) {
      const column = table[columnName as keyof DocumentTable] as { [i: number]: unknown };
      const isText = (textColumns as readonly string[]).includes(columnName);
      for (let i = 0; i < columnData.length; i++) {
        column[rowStart + i] = isText ? columnData[i] : Number(columnData[i]);
      }
    },
  });
  return table;
}

/** The same as records, for stores of moderate size. */
export async function readDocumentRows(store: TokenStore): Promise<DocumentRow[]> {
  const table = await readDocumentTable(store);
  return Array.from({ length: table.documents }, (_, i) => {
    const numbers = Object.fromEntries(numberColumns.map((name) => [name, table[name][i]!]));
    return { id: table.id[i]!, origin: table.origin[i]!, ...numbers } as unknown as DocumentRow;
  });
}
