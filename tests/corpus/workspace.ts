/** Temporary folders for tests, removed when the test file is done. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { SourceSpec } from '../../src/records.js';

export interface Workspace {
  folder: string;
  /** Writes a file below the folder. Returns its absolute path. */
  write(name: string, content: string | Uint8Array): string;
  path(name: string): string;
  source(...names: string[]): SourceSpec;
}

export function workspace(): Workspace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-test-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    folder,
    path,
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      return path(name);
    },
    source: (...names) => ({ paths: names.map(path), text: 'text' }),
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The error that a promise or iteration ends with. */
export async function errorOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}
