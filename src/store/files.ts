/** Files that are whole or absent: write beside, flush, rename, flush the folder. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';

/** Replaces `path` with `data` atomically and durably: after a crash it holds the old bytes or the new ones. */
export async function writeFileDurably(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await publish(temporary, path);
}

/** Renames a finished, flushed temporary file into place and flushes the folder, so that the name survives a crash. */
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

/** The parsed file, or undefined when it does not exist. A file that is not JSON throws an `AssayError`. */
export function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
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
  await rm(to, { force: true });
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

/** SHA-256 of a file's bytes, streamed, as hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
