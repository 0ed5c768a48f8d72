/** Which reader reads which file: decided by the name alone, so that a listing can refuse before anything is read. */
import { AssayError } from '../../errors.js';
import { isAddress } from '../../schema/index.js';
import { csv, tsv } from './csv.js';
import { jsonl } from './jsonl.js';
import { plainText } from './plain-text.js';
import type { Reader } from './reader.js';
import { withoutQuery } from './remote/address.js';

export type Compression = 'none' | 'gzip' | 'zstd';

/** Bytes that a reader takes apart, or a table that DuckDB reads. */
export type Format = { kind: 'bytes'; reader: Reader; compression: Compression } | { kind: 'parquet' };

const compressions: Record<string, Compression> = { '.gz': 'gzip', '.zst': 'zstd' };
const readers: Record<string, Reader> = { '.jsonl': jsonl, '.ndjson': jsonl, '.csv': csv, '.tsv': tsv };

/** Formats that hold text but have no reader: taking them for plain text would train on noise. */
const unsupported = ['.arrow', '.feather', '.orc', '.avro', '.bz2', '.xz', '.zip', '.tar', '.tgz', '.7z'];

/**
 * By the end of the name, case aside: `.parquet`, `.jsonl`, `.ndjson`, `.csv`, `.tsv`, anything else is plain text;
 * `.gz` or `.zst` after any but the first is peeled off. Compressed `.json` is JSON Lines, as published corpora name
 * them (C4, RedPajama); a plain `.json` is a document.
 */
export function formatOf(path: string): Format {
  const { name, compression } = peel(path);
  if (compression === 'none' && extensionOf(name) === '.parquet') return { kind: 'parquet' };
  const extension = compression !== 'none' && extensionOf(name) === '.json' ? '.jsonl' : extensionOf(name);
  return { kind: 'bytes', reader: readers[extension] ?? plainText, compression };
}

/** @throws AssayError for a format that has no reader */
export function requireReadable(path: string, subject: string): void {
  const { name, compression } = peel(path);
  const extension = extensionOf(name);
  const compressedTable = extension === '.parquet' && compression !== 'none';
  if (!unsupported.includes(extension) && !compressedTable) return;
  throw new AssayError(subject, `cannot read ${path}`, {
    expected: '.parquet; or .jsonl, .ndjson, .csv, .tsv or plain text, each optionally with .gz or .zst',
    got: compressedTable ? 'a compressed Parquet file (Parquet compresses inside)' : extension,
    fix: 'Convert it to .jsonl.zst, or leave it out with a glob.',
  });
}

/** The name without its folder and compression, in lower case. */
export function peel(file: string): { name: string; compression: Compression } {
  const path = isAddress(file) ? withoutQuery(file) : file;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  const extension = extensionOf(name);
  const compression = compressions[extension];
  return compression === undefined
    ? { name, compression: 'none' }
    : { name: name.slice(0, -extension.length), compression };
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
