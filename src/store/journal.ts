/**
 * Append-only JSON lines: a record that grows while work goes on and survives a crash in the middle of a line.
 *
 * `append` hands a line to the operating system, which keeps it when this process is killed; `flush` makes it
 * survive the machine as well. Whoever writes a checkpoint flushes first, so that the journal never lags behind.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { AssayError } from '../errors.js';
import { readingSync, writingSync } from './system-errors.js';

export class Journal<T> {
  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
  ) {}

  /**
   * Opens a journal to go on with: keeps its lines up to the first that is torn or that `keep` refuses.
   * @returns the journal, ready to append, and the lines that were kept
   * @throws AssayError (exit code system) when the disk refuses, as `append`, `flush` and `close`
   */
  static open<T>(path: string, keep: (line: T) => boolean): { journal: Journal<T>; kept: T[] } {
    const kept: T[] = [];
    let bytes = 0;
    for (const { value, end } of existsSync(path) ? wholeLines<T>(path) : []) {
      if (value === undefined || !keep(value)) break;
      kept.push(value);
      bytes = end;
    }
    const descriptor = writingSync(path, () => openSync(path, 'a'));
    writingSync(path, () => ftruncateSync(descriptor, bytes));
    return { journal: new Journal<T>(path, descriptor), kept };
  }

  append(line: T): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    writingSync(this.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    });
  }

  flush(): void {
    writingSync(this.path, () => fsyncSync(this.descriptor));
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.descriptor);
    }
  }
}

/**
 * All lines of a journal; a torn last line is left out, a broken line before it is an `AssayError`.
 * @param bytes how much of the file counts; default: all of it
 */
export function readJournal<T>(path: string, bytes?: number): T[] {
  if (!existsSync(path)) return [];
  const lines = wholeLines<T>(path, bytes);
  return lines.map(({ value }, index) => {
    if (value !== undefined) return value;
    throw new AssayError(`${path}:${index + 1}`, 'not valid JSON', {
      fix: "Delete the run's folder and run the same command again.",
    });
  });
}

/** The lines that end in a newline, parsed (undefined where that fails), with the byte after each. */
function wholeLines<T>(path: string, length?: number): { value: T | undefined; end: number }[] {
  const bytes = readingSync(path, () => readFileSync(path)).subarray(0, length);
  const lines: { value: T | undefined; end: number }[] = [];
  for (let start = 0; ; ) {
    const newline = bytes.indexOf(10, start);
    if (newline < 0) return lines;
    lines.push({ value: parse<T>(bytes.toString('utf8', start, newline)), end: newline + 1 });
    start = newline + 1;
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
