/** Lines of an ARPA file with their numbers, in bounded memory whatever the file holds. */
import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { AssayError } from '../../errors.js';

/** Longest line; ten words of 1,024 characters are far below. */
const longestLine = 1 << 18;
const chunkBytes = 1 << 20;

export class ArpaLines {
  /** Of the line read last, from 1. */
  line = 0;
  private rest: Buffer = Buffer.alloc(0);
  private lines: string[] = [];
  private next = 0;
  private ended = false;

  constructor(
    private readonly file: FileHandle,
    private readonly path: string,
  ) {}

  /** Without its line break; undefined at the end of the file. */
  async read(): Promise<string | undefined> {
    while (this.next === this.lines.length) {
      if (this.ended) return undefined;
      await this.fill();
    }
    this.line++;
    return this.lines[this.next++]!;
  }

  /** The next line that is not blank; undefined at the end of the file. */
  async readFilled(): Promise<string | undefined> {
    let line = await this.read();
    while (line !== undefined && line.trim() === '') line = await this.read();
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

  private async fill(): Promise<void> {
    const chunk = Buffer.alloc(chunkBytes);
    const { bytesRead } = await this.file.read(chunk, 0, chunkBytes, null);
    this.ended = bytesRead === 0;
    const bytes = Buffer.concat([this.rest, chunk.subarray(0, bytesRead)]);
    const end = this.ended ? bytes.length : bytes.lastIndexOf(10) + 1;
    this.rest = bytes.subarray(end);
    this.lines = end === 0 ? [] : textOf(bytes.subarray(0, end)).split('\n');
    // The text ends with a line break, but for an unfinished last line.
    if (this.lines.at(-1) === '') this.lines.pop();
    this.next = 0;
    if (this.rest.length > longestLine || this.lines.some((line) => line.length > longestLine)) {
      throw new AssayError(`${this.path}:${this.line + 1}`, 'holds a line too long for an ARPA file', {
        expected: `at most ${longestLine} bytes`,
      });
    }
    if (end > 0 && !isUtf8(bytes.subarray(0, end))) {
      const bad = this.lines.findIndex((line) => line.includes('\ufffd'));
      this.line += Math.max(bad, 0) + 1;
      throw this.error('not UTF-8');
    }
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8');
}
