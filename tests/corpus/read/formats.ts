/** The same texts written in every format that is read, by writers that none of the readers knows. */
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Workspace } from '../workspace.js';

/** A text, or bytes that stand where a text should. */
export type Content = string | Uint8Array;

export interface FormatCase {
  format: string;
  /** One file holds all the texts, a row each; otherwise each text is a file. */
  rows: boolean;
  /** Writes the texts into files whose names sort by index. */
  write(folder: string, texts: Content[], mark?: boolean): void;
  origin(folder: string, index: number): string;
  /** How a reason names a text over the limit. */
  tooLong: string;
}

type Pack = (bytes: Uint8Array) => Uint8Array;
const plain: Pack = (bytes) => bytes;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export function formatCases(work: Workspace): FormatCase[] {
  const withMark = (bytes: Uint8Array, mark = false) =>
    mark ? Buffer.concat([byteOrderMark, bytes]) : bytes;
  const rowsFile = (
    extension: string,
    tooLong: string,
    encode: (texts: Content[]) => Uint8Array,
    pack: Pack,
  ): FormatCase => ({
    format: extension,
    rows: true,
    tooLong,
    write: (folder, texts, mark) =>
      work.write(`${folder}/rows.${extension}`, pack(withMark(encode(texts), mark))),
    origin: (folder, index) => `${folder}/rows.${extension}:${index + 1}`,
  });
  const filePerText = (extension: string, pack: Pack): FormatCase => ({
    format: extension,
    rows: false,
    tooLong: 'file too long',
    write: (folder, texts, mark) => {
      texts.forEach((text, i) => {
        work.write(`${folder}/${i}.${extension}`, pack(withMark(Buffer.from(text as string), mark)));
      });
    },
    origin: (folder, index) => `${folder}/${index}.${extension}`,
  });
  return [
    rowsFile('jsonl', 'line too long', asJsonLines, plain),
    rowsFile('ndjson', 'line too long', asJsonLines, plain),
    rowsFile('jsonl.gz', 'line too long', asJsonLines, gzipSync),
    rowsFile('jsonl.zst', 'line too long', asJsonLines, storedZstd),
    rowsFile('csv', 'row too long', (texts) => asSeparated(texts, ','), plain),
    rowsFile('csv.gz', 'row too long', (texts) => asSeparated(texts, ','), gzipSync),
    rowsFile('tsv', 'row too long', (texts) => asSeparated(texts, '\t'), plain),
    {
      ...rowsFile('parquet', 'row too long', asParquet, plain),
      // Parquet has no byte-order mark of its own: an editor does not write it.
      write: (folder, texts) => work.write(`${folder}/rows.parquet`, asParquet(texts)),
    },
    filePerText('txt', plain),
    filePerText('py', plain),
    filePerText('txt.gz', gzipSync),
    filePerText('md.zst', storedZstd),
  ];
}

export function asJson(rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function asJsonLines(texts: Content[]): Uint8Array {
  const lines = texts.map((text) =>
    typeof text === 'string'
      ? Buffer.from(asJson([{ n: 1, text }]))
      : Buffer.concat([Buffer.from('{"n":1,"text":"'), text, Buffer.from('"}\n')]),
  );
  return Buffer.concat(lines);
}

/** RFC 4180: every value in quotes, quotes doubled, `\r\n` at the end of a record. */
function asSeparated(texts: Content[], delimiter: string): Uint8Array {
  const records = texts.map((text) => {
    const bytes = typeof text === 'string' ? Buffer.from(text.replaceAll('"', '""')) : text;
    return Buffer.concat([Buffer.from(`1${delimiter}"`), bytes, Buffer.from('"\r\n')]);
  });
  return Buffer.concat([Buffer.from(`n${delimiter}text\r\n`), ...records]);
}

/** Texts as strings; with bytes among them, as bytes without a type. Several row groups. */
export function asParquet(texts: (Content | null)[]): Uint8Array {
  const bytes = texts.some((text) => text instanceof Uint8Array);
  const data = bytes ? texts.map((text) => Buffer.from(text as string)) : texts;
  const column = { name: 'text', data, nullable: true };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'n', data: texts.map(() => 1), type: 'INT32' },
      bytes ? { ...column, type: 'BYTE_ARRAY' } : { ...column, type: 'STRING' },
    ],
    rowGroupSize: 3,
  });
  return new Uint8Array(buffer);
}

/** A Zstandard frame of stored blocks (RFC 8878): what is packed needs no compressor. */
export function storedZstd(bytes: Uint8Array): Uint8Array {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const blocks: Buffer[] = [];
  const size = 100_000;
  for (let from = 0; from === 0 || from < bytes.length; from += size) {
    const block = bytes.subarray(from, from + size);
    const last = from + size >= bytes.length ? 1 : 0;
    const word = Buffer.alloc(3);
    word.writeUIntLE((block.length << 3) | last, 0, 3);
    blocks.push(word, Buffer.from(block));
  }
  return Buffer.concat([header, ...blocks]);
}
