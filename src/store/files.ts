/** Files that are whole or absent: write beside, flush, rename, flush the folder. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { copyFile, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import { canonicalJson } from './hash.js';
import { explainSystemError, readingSync, writing } from './system-errors.js';
import { temporaryFor } from './temporaries.js';

/**
 * Replaces `path` atomically and durably by what `fill` writes: after a crash it holds the old bytes or the new ones.
 * @throws AssayError (exit code system) when the disk refuses, as every writer of this file
 */
export async function writeFileWith(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = temporaryFor(path);
  await writing(path, async () => {
    try {
      const file = await open(temporary, 'w');
      try {
        await fill(file);
        await file.sync();
      } finally {
        await file.close();
      }
      await publish(temporary, path);
    } catch (error) {
      // On a full disk the half-written file is what stands in the way.
      await rm(temporary, { force: true });
      throw error;
    }
  });
}

export function writeFileDurably(path: string, data: string | Uint8Array): Promise<void> {
  return writeFileWith(path, (file) => file.writeFile(data));
}

/** Renames a finished, flushed file or folder into place and flushes the folder, so that the name survives a crash. */
export async function publish(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileDurably(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Writes `files` into `folder` and then `mark` as JSON, unless the same mark is there: where it stands, they are whole.
 * @param name of the mark's file
 */
export async function writeMarked(
  folder: string,
  name: string,
  mark: unknown,
  files: Record<string, Uint8Array>,
): Promise<void> {
  const present = readJson(join(folder, name));
  if (present !== undefined && canonicalJson(present) === canonicalJson(mark)) return;
  makeFolder(folder);
  for (const [file, bytes] of Object.entries(files)) await writeFileDurably(join(folder, file), bytes);
  await writeJson(join(folder, name), mark);
}

/** The parsed file, or undefined when it does not exist. One that is not JSON or unreadable throws an `AssayError`. */
export function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined;
  const text = readingSync(path, () => readFileSync(path, 'utf8'));
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new AssayError(path, 'not valid JSON', { fix: 'Delete it and run the same command again.', cause });
  }
}

/** Makes a folder and its parents; a folder that cannot be made is an error that a user can act on. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new AssayError(path, 'cannot create this folder', {
      got: (cause as NodeJS.ErrnoException).code ?? String(cause),
      fix: 'Choose another folder with `run: { output: … }` or change its permissions.',
      exitCode: ExitCode.system,
      cause,
    });
  }
}

/** A hard link where the file system allows one, a copy elsewhere; an existing target is replaced. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await writing(to, async () => {
    await rm(to, { force: true });
    await link(from, to).catch(() => copyFile(from, to));
  });
}

/**
 * SHA-256 of a file's bytes, streamed, as hex.
 * @param bytes how much of the file counts, at least 1; default: all of it
 */
export async function hashFile(path: string, bytes?: number): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, bytes === undefined ? {} : { end: bytes - 1 });
  try {
    for await (const chunk of stream) hash.update(chunk as Buffer);
  } catch (error) {
    throw explainSystemError(error, path, 'cannot be read');
  }
  return hash.digest('hex');
}
