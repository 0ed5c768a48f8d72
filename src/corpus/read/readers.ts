/** Which reader reads which file: decided by the name alone, so that a listing can refuse before anything is read. */
import { basename } from 'node:path';
import { AssayError } from '../../errors.js';
import { jsonl } from './jsonl.js';
import { plainText } from './plain-text.js';
import type { Reader } from './reader.js';

/** Formats that hold text but have no reader: taking them for plain text would train on noise. */
const unsupported = ['.parquet', '.arrow', '.feather', '.zst', '.bz2', '.xz', '.zip', '.tar', '.tgz', '.7z'];

export interface Format {
  reader: Reader;
  gzip: boolean;
}

/** `.jsonl` and `.ndjson` are JSON Lines, anything else is plain text; `.gz` after either is peeled off first. */
export function formatOf(path: string): Format {
  const name = basename(path).toLowerCase();
  const gzip = name.endsWith('.gz');
  const inner = gzip ? name.slice(0, -3) : name;
  return { reader: /\.(jsonl|ndjson)$/.test(inner) ? jsonl : plainText, gzip };
}

export function requireReadable(path: string, subject: string): void {
  const name = basename(path).toLowerCase().replace(/\.gz$/, '');
  const extension = unsupported.find((candidate) => name.endsWith(candidate));
  if (extension === undefined) return;
  throw new AssayError(subject, `cannot read ${path}`, {
    expected: '.jsonl, .ndjson or plain text, optionally with .gz',
    got: extension,
    fix: 'Convert it to .jsonl.gz, or leave it out with a glob.',
  });
}
