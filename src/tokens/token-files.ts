/** Tokens in one file or several, read as if they were joined. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AssayError, ExitCode } from '../errors.js';
import type { TokenFile } from '../records.js';

export class TokenFiles {
  private readonly open: { file: number; path: string; start: number; end: number }[] = [];

  /**
   * @param files with absolute paths; without `tokens`, as many as the file holds
   * @throws AssayError for a file that cannot be read, or holds another number of tokens than is said
   */
  constructor(
    files: readonly { path: string; tokens?: number }[],
    private readonly tokenBytes: 2 | 4,
  ) {
    let start = 0;
    try {
      for (const { path, tokens } of files) {
        const file = openPlanFile(path);
        const held = Math.floor(fstatSync(file).size / tokenBytes);
        this.open.push({ file, path, start, end: start + held });
        if (tokens !== undefined && tokens !== held) throw changed(path, tokens, held);
        start += held;
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Tokens in all files. */
  get tokens(): number {
    return this.open.at(-1)?.end ?? 0;
  }

  /** Fills `out` with the tokens from index `offset` of the joined files on. */
  read(offset: number, out: Int32Array | Uint32Array): void {
    let done = 0;
    for (const { file, path, start, end } of this.open) {
      if (done === out.length) return;
      const from = offset + done;
      if (from >= end) continue;
      const count = Math.min(out.length - done, end - from);
      this.readFrom(file, path, from - start, out.subarray(done, done + count));
      done += count;
    }
    if (done < out.length) throw tooShort(this.open.at(-1)?.path ?? 'tokens');
  }

  close(): void {
    for (const { file } of this.open.splice(0)) closeSync(file);
  }

  private readFrom(file: number, path: string, offset: number, out: Int32Array | Uint32Array): void {
    const bytes = Buffer.allocUnsafe(out.length * this.tokenBytes);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, bytes.length - at, offset * this.tokenBytes + at);
      if (read === 0) throw tooShort(path);
      at += read;
    }
    for (let i = 0; i < out.length; i++) {
      out[i] = this.tokenBytes === 2 ? bytes.readUInt16LE(2 * i) : bytes.readUInt32LE(4 * i);
    }
  }
}

/** What a file holds, for a plan. @throws AssayError for one that cannot be read, or holds part of a token */
export function tokenFileOf(path: string, tokenBytes: 2 | 4): TokenFile {
  const file = openPlanFile(path);
  try {
    const { size } = fstatSync(file);
    if (size % tokenBytes === 0) return { path, tokens: size / tokenBytes };
    const [expected, got] = [`a multiple of ${tokenBytes} bytes`, `${size} bytes`];
    throw new AssayError(path, 'not a file of whole tokens', { expected, got });
  } finally {
    closeSync(file);
  }
}

/** A file descriptor. @throws AssayError (exit code system) for a file that cannot be read */
export function openPlanFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new AssayError(path, 'cannot read this file of the plan', {
      got,
      exitCode: ExitCode.system,
      cause,
    });
  }
}

function tooShort(path: string): AssayError {
  const fix = 'Delete its folder and run the same command again.';
  return new AssayError(path, 'shorter than its documents say', { fix });
}

function changed(path: string, expected: number, got: number): AssayError {
  return new AssayError(path, 'changed since the plan was made', {
    expected: `${expected} tokens`,
    got: `${got}`,
    fix: 'Put the file back, or run the study again in another output folder.',
  });
}
