/** The texts of benchmark files: questions, answers and passages that must not be trained on. */
import { isUtf8 } from 'node:buffer';
import { AssayError } from '../../errors.js';
import { jsonl } from '../read/jsonl.js';
import { lines } from '../read/lines.js';
import { listFiles } from '../read/list-files.js';
import { openBytes } from '../read/open-bytes.js';
import { plainText } from '../read/plain-text.js';
import { maximumDocumentBytes, megabytes, withoutMark } from '../read/reader.js';
import { formatOf } from '../read/readers.js';

/**
 * Of JSON Lines each string of a row, however deep it lies, is a text; of any other text file each line that is not
 * blank. Either may be compressed (.gz, .zst).
 *
 * @param paths files, folders or globs
 * @throws AssayError with file and line for what is neither, and for paths that match nothing or cannot be read
 */
export async function* benchmarkTexts(paths: string[]): AsyncIterable<{ text: string }> {
  for (const file of await listFiles({ paths, text: 'text' }, 'benchmarks')) {
    const format = formatOf(file);
    if (format.kind !== 'bytes' || (format.reader !== jsonl && format.reader !== plainText)) {
      throw new AssayError(file, 'cannot be read as a benchmark', {
        expected: '.jsonl, .ndjson or plain text, each optionally with .gz or .zst',
        fix: 'Convert it to .jsonl, or leave it out.',
      });
    }
    for await (const line of lines(openBytes(file, format.compression, file), maximumDocumentBytes)) {
      const subject = `${file}:${line.number}`;
      const content = decode(line.bytes, line.number, subject);
      if (content.trim() === '') continue;
      if (format.reader === plainText) yield { text: content };
      else for (const text of stringsOf(parse(content, subject))) yield { text };
    }
  }
}

function decode(bytes: Buffer | undefined, line: number, subject: string): string {
  if (bytes === undefined) {
    throw new AssayError(subject, 'line too long', {
      expected: `at most ${megabytes(maximumDocumentBytes)}`,
    });
  }
  if (!isUtf8(bytes)) throw new AssayError(subject, 'not UTF-8', { expected: 'UTF-8 text' });
  return (line === 1 ? withoutMark(bytes) : bytes).toString('utf8');
}

function parse(json: string, subject: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AssayError(subject, 'not JSON', {
      expected: 'one JSON value a line',
      got: `\`${json.trim().slice(0, 40)}\``,
      fix: 'Correct the line, or rename a file of plain text to .txt.',
      cause,
    });
  }
}

/** All strings inside a value. A stack instead of recursion: a hostile row may be nested as deep as it likes. */
function* stringsOf(row: unknown): Iterable<string> {
  const rest = [row];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string') yield value;
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value)) rest.push(inner);
  }
}
