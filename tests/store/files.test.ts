import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AssayError, ExitCode } from '../../src/errors.js';
import {
  explainSystemError,
  hashFile,
  Journal,
  linkOrCopy,
  readJson,
  removeAbandoned,
  temporaryFor,
  writeFileDurably,
  writeSafetensors,
} from '../../src/store/index.js';
import { temporaryOfKilled } from './killed.js';

const root = mkdtempSync(join(tmpdir(), 'assay-files-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
function newFolder(): string {
  const folder = join(root, `${++folders}`);
  mkdirSync(folder);
  return folder;
}

describe('temporary names', () => {
  test('never come twice, even for one path', () => {
    const path = join(newFolder(), 'a.json');
    expect(temporaryFor(path)).not.toBe(temporaryFor(path));
  });

  test('of killed processes are taken away, files and folders; others are left alone', () => {
    const folder = newFolder();
    const mine = temporaryFor(join(folder, 'mine.json'));
    const elsewhere = temporaryOfKilled(join(folder, 'x')).replace(/\.[0-9a-f]{8}-/, '.00000000-');
    const others = [mine, elsewhere, join(folder, 'notes.tmp')];
    for (const path of others) writeFileSync(path, '');
    writeFileSync(temporaryOfKilled(join(folder, 'file.json')), 'half');
    mkdirSync(join(temporaryOfKilled(join(folder, 'store')), 'inside'), { recursive: true });
    removeAbandoned(folder);
    expect(readdirSync(folder).sort()).toEqual(others.map((path) => basename(path)).sort());
    expect(() => removeAbandoned(join(folder, 'nowhere'))).not.toThrow();
  });

  test('are cleared when the same path is written again', async () => {
    const folder = newFolder();
    const [same, other] = [
      temporaryOfKilled(join(folder, 'a.json')),
      temporaryOfKilled(join(folder, 'ab.json')),
    ];
    for (const path of [same, other]) writeFileSync(path, 'half');
    await writeFileDurably(join(folder, 'a.json'), 'whole');
    expect(existsSync(same)).toBe(false);
    expect(existsSync(other)).toBe(true);
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('whole');
  });

  test('belong to a process, not to its number: a reused process id does not keep them', () => {
    const folder = newFolder();
    const reused = temporaryFor(join(folder, 'a')).replace(/-\d*-(\d+\.tmp)$/, '-1-$1');
    writeFileSync(reused, '');
    removeAbandoned(folder);
    expect(existsSync(reused)).toBe(process.platform !== 'linux');
  });
});

describe('what the system refuses', () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  const inside = join(file, 'inside');

  test.each<[string, () => unknown]>([
    ['a file', () => writeFileDurably(inside, 'x')],
    ['tensors', () => writeSafetensors(inside, new Map())],
    ['a link', () => linkOrCopy(file, inside)],
    ['a journal', () => Journal.open(inside, () => true)],
    ['a hash', () => hashFile(root)],
    ['JSON', () => readJson(root)],
  ])('is an error of the system that names the path: %s', async (_what, work) => {
    const error = await (async () => work())().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.system);
    expect((error as AssayError).subject).toMatch(/inside$|assay-files/);
  });

  test('leaves no half-written file where the place is taken', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'taken', 'full'), { recursive: true });
    await expect(writeFileDurably(join(folder, 'taken'), 'x')).rejects.toThrow('cannot be written');
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  test('says what to do about a full disk, and leaves errors of other kinds as they are', () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    expect((explainSystemError(full, '/data/x') as Error).message).toMatch(
      /^\/data\/x: .*ENOSPC\. Free some/,
    );
    const defect = new TypeError('x is undefined');
    expect(explainSystemError(defect)).toBe(defect);
    const ours = Object.assign(new Error('bad option'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(explainSystemError(ours)).toBe(ours);
  });
});
