/** Lines of an ARPA file with their numbers, in bounded memory whatever the file holds. */
import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { AssayError } from '../../errors.js';

/** Longest line; ten words of 1,024 characters are far below. */
const longestLine = 1 << 18;
const chunkBytes = 1 << 20;

export class ArpaLines {
  /** Of the line read last, from 1. */
  line = 0;
  private readonly chunk = Buffer.alloc(chunkBytes);
  private rest: Buffer = Buffer.alloc(0);
  private lines: string[] = [];
  private next = 0;
  private ended = false;

  constructor(
    private readonly file: number,
    private readonly path: string,
  ) {}

  /** Without its line break; undefined at the end of the file. */
  read(): string | undefined {
    while (this.next === this.lines.length) {
      if (this.ended) return undefined;
      this.fill();
    }
    this.line++;
    return this.lines[this.next++]!;
  }

  /** The next line that is not blank; undefined at the end of the file. */
  readFilled(): string | undefined {
    let line = this.read();
    while (line !== undefined && line.trim() === '') line = this.read();
    return line;
  }

  /** An error at the line read last. */
  error(problem: string, details: { expected?: string; got?: string; fix?: string } = {}): AssayError {
    const { got, ...others } = details;
    const shown = got !== undefined && got.length > 80 ? `${got.slice(0, 80)}…` : got;
    return new AssayError(`${this.path}:${this.line}`, problem, {
      ...others,
      ...(shown === undefined ? {} : { got: shown }),
    });
  }

  private fill(): void {
    const read = readSync(this.file, this.chunk, 0, chunkBytes, null);
    this.ended = read === 0;
    const bytes = Buffer.concat([this.rest, this.chunk.subarray(0, read)]);
    const end = this.ended ? bytes.length : bytes.lastIndexOf(10) + 1;
    this.rest = bytes.subarray(end);
    this.lines = end === 0 ? [] : bytes.toString('utf8', 0, end).split('\n');
    // The text ends with a line break, but for an unfinished last line.
    if (this.lines.at(-1) === '') this.lines.pop();
    this.next = 0;
    const isLong = (length: number) => length > longestLine;
    const long = this.lines.findIndex((line) => isLong(line.length));
    if (long >= 0 || isLong(this.rest.length)) {
      throw this.errorAt(long, 'a line too long for an ARPA file', {
        expected: `at most ${longestLine} bytes`,
      });
    }
    if (!isUtf8(bytes.subarray(0, end))) {
      throw this.errorAt(
        this.lines.findIndex((line) => line.includes('\ufffd')),
        'not UTF-8',
      );
    }
  }

  /** An error at one of the lines that have been filled in but not read; -1: at the one after them. */
  private errorAt(index: number, problem: string, details: { expected?: string } = {}): AssayError {
    this.line += index < 0 ? this.lines.length + 1 : index + 1;
    return this.error(problem, details);
  }
}
