/** Folders that are addressed by the hash of what they were made from: built beside their place, whole or absent. */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeFolder, publish } from './files.js';
import { writing } from './system-errors.js';
import { temporaryFor } from './temporaries.js';

export interface AddressedFolder<T> {
  /** Folder of all of its kind. */
  parent: string;
  /** What people call it; characters that a file system might refuse are replaced. */
  name: string;
  /** Of everything that decides what it holds. */
  hash: string;
  /** Reads a finished folder; undefined when it is absent or not complete. */
  open(folder: string): (T & { hash: string }) | undefined;
  /** Fills an empty folder; everything in it has reached the disk when this returns. */
  fill(folder: string): Promise<void>;
}

/**
 * What `<parent>/<name>-<hash>` holds, filled unless it is there.
 *
 * @returns whether it had to be filled, too
 * @throws AssayError what `fill` throws, and when the disk refuses; nothing is left behind then
 */
export async function buildAddressedFolder<T>(
  folder: AddressedFolder<T>,
): Promise<{ value: T; built: boolean }> {
  const { parent, name, hash, open, fill } = folder;
  const final = resolve(parent, `${name.replace(/[^\w.-]/g, '_')}-${hash.slice(0, 12)}`);
  const existing = open(final);
  if (existing?.hash === hash) return { value: existing, built: false };

  makeFolder(parent);
  const temporary = temporaryFor(final);
  makeFolder(temporary);
  try {
    await writing(final, async () => {
      await fill(temporary);
      // Another process may have just finished the same, and runs may be reading it: the contents are equal.
      if (open(final)?.hash === hash) return;
      const incomplete = temporaryFor(final);
      if (existsSync(final)) await rename(final, incomplete);
      await publish(temporary, final);
      await rm(incomplete, { recursive: true, force: true });
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const value = open(final);
  if (value === undefined) throw new Error(`${final}: what was just written cannot be opened`);
  return { value, built: true };
}
