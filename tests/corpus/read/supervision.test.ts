/** What happens to the child that reads untrusted files becomes an error of the file, and nothing worse. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/corpus/index.js';
import { DuckDbProcess } from '../../../src/corpus/read/duckdb/duckdb-process.js';
import type { OpenTable } from '../../../src/corpus/read/duckdb/messages.js';
import { refusal } from '../../../src/corpus/read/duckdb/refusal.js';
import { collect, errorOf, workspace } from '../workspace.js';
import { asParquet } from './formats.js';

const work = workspace();
const misbehaving = fileURLToPath(new URL('./fixtures/misbehaving-child.mjs', import.meta.url));
const limits = { bytes: 300 * 2 ** 20, idleCpuSeconds: 0.5, idleSeconds: 2 };
const open = (file: string): OpenTable => ({
  kind: 'open',
  file,
  remote: false,
  text: 'text',
  columns: [],
  maximumBytes: 1,
});

describe('a child that', () => {
  test.each([
    ['crash', 'cannot be read as Parquet, got the reading process ended (signal SIGABRT)'],
    ['exit', 'cannot be read as Parquet, got the reading process ended (exit code 3)'],
    ['spin', 'cannot be read as Parquet, got no progress in'],
    ['silence', 'cannot be read as Parquet, got no progress in'],
    ['eat', 'needs more memory than a reader may take'],
  ])('meets a file that makes it %s gives an error near the row', async (file, problem) => {
    const child = new DuckDbProcess(limits, misbehaving);
    const answer = await child.ask(open(file));
    expect(answer.kind).toBe('died');
    const error = refusal(answer, 'data/x.parquet', 17);
    expect(error.message).toContain(`data/x.parquet:18: ${problem}`);
    expect(child.alive).toBe(false);
    expect((await child.ask(open('answer'))).kind).toBe('died');
  });

  test('answers is used again', async () => {
    const child = new DuckDbProcess(limits, misbehaving);
    for (let i = 0; i < 3; i++) expect((await child.ask(open('answer'))).kind).toBe('opened');
    expect(child.alive).toBe(true);
    child.kill();
  });
});

test('a child that is killed at its work costs that file, and the next is read', async () => {
  work.write('killed.parquet', asParquet(Array.from({ length: 5000 }, (_, i) => `text ${i}`)));
  work.write('next.parquet', asParquet(['next']));
  const error = await errorOf(async () => {
    let first = true;
    for await (const _ of readDocuments('s', work.source('killed.parquet'), () => {}, {
      base: work.folder,
    })) {
      if (first) for (const pid of children()) process.kill(pid, 'SIGKILL');
      first = false;
    }
  });
  expect(String(error)).toMatch(
    /AssayError: killed\.parquet:\d+: .*the reading process ended \(signal SIGKILL\)/,
  );
  expect(await collect(readDocuments('s', work.source('next.parquet'), () => {}))).toHaveLength(1);
});

test('two files are read at once by two children, and breaking off leaves none at work', async () => {
  const path = work.write('twice.parquet', asParquet(Array.from({ length: 5000 }, (_, i) => `text ${i}`)));
  const source = { paths: [path], text: 'text' };
  const [all] = await Promise.all([
    collect(readDocuments('s', source, () => {})),
    errorOf(async () => {
      for await (const _document of readDocuments('s', source, () => {})) throw new Error('broken off');
    }),
  ]);
  expect(all).toHaveLength(5000);
  expect((await collect(readDocuments('s', source, () => {}))).map(({ text }) => text)).toEqual(
    all.map(({ text }) => text),
  );
});

function children(): number[] {
  const list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return list
    .split('\n')
    .filter((line) => line.includes('duckdb/child.js'))
    .map((line) => Number.parseInt(line, 10));
}
