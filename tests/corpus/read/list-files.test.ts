import { symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles, originName } from '../../../src/corpus/index.js';
import { AssayError, ExitCode } from '../../../src/errors.js';
import { errorOf, workspace } from '../workspace.js';

const work = workspace();
for (const name of [
  'web/b.txt',
  'web/a.txt',
  'web/deep/c.md',
  'web/.hidden.txt',
  'web/.git/config.txt',
  'web/node_modules/x/readme.txt',
  'odd (1)/[a].txt',
  'table/part.arrow',
]) {
  work.write(name, 'text\n');
}
work.write('void/.keep', '');

const listed = async (...names: string[]) =>
  (await listFiles(work.source(...names), 'source "s"')).map((file) => relative(work.folder, file));

describe('listFiles', () => {
  test('a folder gives its files recursively and sorted, without dot files and node_modules', async () => {
    expect(await listed('web')).toEqual(['web/a.txt', 'web/b.txt', 'web/deep/c.md']);
  });

  test('a folder inside node_modules can be named', async () => {
    expect(await listed('web/node_modules/x')).toEqual(['web/node_modules/x/readme.txt']);
    expect(await listed('web/node_modules/*/*.txt')).toEqual(['web/node_modules/x/readme.txt']);
  });

  test('a glob gives what it matches', async () => {
    expect(await listed('web/**/*.{txt,md}')).toEqual(['web/a.txt', 'web/b.txt', 'web/deep/c.md']);
    expect(await listed('w*/*.txt')).toEqual(['web/a.txt', 'web/b.txt']);
  });

  test('several paths are joined, and a file reached twice counts once', async () => {
    expect(await listed('web/b.txt', 'web/*.txt')).toEqual(['web/a.txt', 'web/b.txt']);
  });

  test('a path that exists is taken literally, whatever characters it holds', async () => {
    expect(await listed('odd (1)/[a].txt')).toEqual(['odd (1)/[a].txt']);
    expect(await listed('odd (1)/*.txt')).toEqual(['odd (1)/[a].txt']);
  });

  test('links that lead in a circle end, and give each file once', async () => {
    work.write('circle/one.txt', 'one');
    symlinkSync(work.path('circle'), work.path('circle/again'));
    expect(await listed('circle')).toHaveLength(1);
  });

  test.each([
    ['web/nothing.txt', 'does not exist'],
    ['nowhere', 'does not exist'],
    ['nowhere/*.txt', 'no files in glob'],
    ['web/*.jsonl', 'no files in glob'],
    ['void', 'no files in folder'],
    ['table', 'cannot read'],
  ])('%s is an error that names the source and the path: %s', async (name, problem) => {
    const error = await errorOf(() => listed(name));
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.data);
    expect((error as AssayError).message).toContain('source "s"');
    expect((error as AssayError).message).toContain(problem);
    expect((error as AssayError).message).toContain(work.path(name.replace(/\/\*.*/, '')));
    expect((error as AssayError).details.fix).toBeDefined();
  });
});

describe('originName', () => {
  test('is relative to the base folder when the file lies inside it', () => {
    expect(originName(work.path('web/a.txt'), work.source('web'), work.folder)).toBe('web/a.txt');
    expect(originName(work.path('web/deep/c.md'), work.source('web'), work.path('web'))).toBe('deep/c.md');
  });

  test('outside the base folder it begins at the folder that the source names, and is never absolute', () => {
    expect(originName(work.path('web/deep/c.md'), work.source('web'), work.path('void'))).toBe(
      'web/deep/c.md',
    );
    expect(originName(work.path('web/deep/c.md'), work.source('web/**/*.md'))).toBe('web/deep/c.md');
    expect(originName(work.path('web/a.txt'), work.source('web/a.txt'))).toBe('a.txt');
  });
});
