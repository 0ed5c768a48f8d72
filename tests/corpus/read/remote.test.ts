/** Remote sources, against a local server laid out like the hub. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint, listFiles, readDocuments } from '../../../src/corpus/index.js';
import { fetchBytes } from '../../../src/corpus/read/remote/fetch-bytes.js';
import { globMatcher } from '../../../src/corpus/read/remote/glob.js';
import { AssayError } from '../../../src/errors.js';
import type { MalformedRow, SourceSpec } from '../../../src/records.js';
import { collect, errorOf } from '../workspace.js';
import { asJson, storedZstd } from './formats.js';
import { type HubServer, startHub } from './hub-server.js';

const rows = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `${name} ${i} ${'x'.repeat(i % 50)}` }));
const files = new Map<string, Uint8Array>([
  ['README.md', Buffer.from('about the data')],
  ['.gitattributes', Buffer.from('hidden')],
  ['data/en/a b.jsonl', Buffer.from(asJson(rows('a', 3000)))],
  ['data/en/b.jsonl.gz', gzipSync(asJson(rows('b', 30)))],
  ['data/en/deep/c.jsonl.zst', storedZstd(Buffer.from(asJson(rows('c', 30))))],
  ['data/de/d.csv', Buffer.from('text\nd 1\nd 2\n')],
  ['data/p.parquet', Buffer.from('not read here')],
]);
let hub: HubServer;

beforeAll(async () => {
  hub = await startHub(files);
  process.env.HF_ENDPOINT = hub.url;
  process.env.HF_TOKEN = 'secret-of-the-test';
});
beforeEach(() => {
  hub.requests.length = 0;
  hub.ranges = true;
  hub.breakAfter = [];
  hub.failWith = [];
  hub.onBreak = () => {};
});
afterAll(() => hub.close());

const source = (...paths: string[]): SourceSpec => ({ paths, text: 'text' });
const listed = (path: string) => listFiles(source(path), 'source "s"');
async function read(path: string) {
  const malformed: MalformedRow[] = [];
  const documents = await collect(readDocuments('s', source(path), (row) => malformed.push(row)));
  expect(malformed).toEqual([]);
  return documents;
}
const dataset = 'hf://datasets/team/data';

describe('a listing of the hub', () => {
  test.each([
    [`${dataset}/data/en/a b.jsonl`, ['data/en/a b.jsonl']],
    [`${dataset}/data/en/*.jsonl*`, ['data/en/a b.jsonl', 'data/en/b.jsonl.gz']],
    [`${dataset}/data/**/*.{gz,zst}`, ['data/en/b.jsonl.gz', 'data/en/deep/c.jsonl.zst']],
    [`${dataset}/data/en`, ['data/en/a b.jsonl', 'data/en/b.jsonl.gz', 'data/en/deep/c.jsonl.zst']],
    [`${dataset}/*.md`, ['README.md']],
    [`${dataset}@main/README.md`, ['README.md']],
  ])('%s', async (path, expected) => {
    expect(await listed(path)).toEqual(expected.map((name) => `${dataset}/${name}`));
  });

  test('follows pages, and sends the token', async () => {
    await listed(`${dataset}/data/**/*.jsonl`);
    expect(hub.requests.length).toBeGreaterThan(2);
    for (const { authorization } of hub.requests) expect(authorization).toBe('Bearer secret-of-the-test');
  });

  test.each([
    [`${dataset}/data/fr/*.jsonl`, 'does not exist'],
    [`${dataset}/data/en/*.parquet`, 'no files in'],
    [`${dataset}/data/en/x.jsonl`, 'does not exist'],
    ['hf://datasets/team', 'cannot read the address'],
    ['gs://bucket/x.jsonl', 'cannot read the address'],
    ['https://host/*.jsonl', 'cannot list'],
  ])('%s is an error: %s', async (path, problem) => {
    const error = await errorOf(() => listed(path));
    expect(error).toBeInstanceOf(AssayError);
    expect(String(error)).toContain(problem);
    expect(String(error)).toContain('source "s"');
  });

  test('goes on after a server that is busy', async () => {
    hub.failWith = [503, 429];
    expect(await listed(`${dataset}/README.md`)).toHaveLength(1);
  });
});

describe('reading over HTTP', () => {
  test('gives the documents of every streamed format, with addresses as origins', async () => {
    const documents = await read(`${dataset}/data/en`);
    expect(documents.map(({ text }) => text)).toEqual(
      [...rows('a', 3000), ...rows('b', 30), ...rows('c', 30)].map(({ text }) => text),
    );
    expect(documents[0]!.origin).toBe(`${dataset}/data/en/a b.jsonl:1`);
    expect(
      (await read(`${hub.url}/blob/data/de/d.csv?signature=secret`)).map(({ origin }) => origin),
    ).toEqual([`${hub.url}/blob/data/de/d.csv:1`, `${hub.url}/blob/data/de/d.csv:2`]);
  });

  test('a broken connection goes on where it broke', async () => {
    hub.breakAfter = [1000, 50_000, 7];
    expect(await read(`${dataset}/data/en/a b.jsonl`)).toHaveLength(3000);
    const ranges = hub.requests.map(({ range }) => range).filter((range) => range !== undefined);
    expect(new Set(ranges)).toEqual(new Set(['bytes=1000-', 'bytes=51000-', 'bytes=51007-']));
  });

  test('a server without ranges sends the file again, and what was read is skipped', async () => {
    hub.ranges = false;
    hub.breakAfter = [1000, 50_000];
    expect(await read(`${dataset}/data/en/a b.jsonl`)).toHaveLength(3000);
  });

  test('a file that changes in between is an error, not a mixture', async () => {
    const path = 'data/changing.jsonl';
    files.set(path, Buffer.from(asJson(rows('before', 3000))));
    hub.breakAfter = [60_000];
    hub.onBreak = () => files.set(path, Buffer.from(asJson(rows('after', 3000))));
    const error = await errorOf(() => read(`${dataset}/${path}`));
    files.delete(path);
    expect(error).toBeInstanceOf(AssayError);
    expect(String(error)).toContain(`${dataset}/${path}: changed while it was read`);
  });

  test('a connection that keeps failing, or says nothing, is given up', async () => {
    const limits = { attempts: 3, silenceMs: 200, pauseMs: 1 };
    hub.failWith = [500, 500, 500];
    const failing = await errorOf(() =>
      collect(fetchBytes(`${hub.url}/blob/README.md`, 'f', undefined, limits)),
    );
    expect(String(failing)).toContain('f: the connection fails, got HTTP status 500 (3 tries in a row)');

    const { createServer } = await import('node:http');
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const error = await errorOf(() =>
      collect(fetchBytes(`http://127.0.0.1:${port}/x`, 'f', undefined, { ...limits, attempts: 2 })),
    );
    silent.closeAllConnections();
    silent.close();
    expect(String(error)).toContain('f: the connection fails, got no answer in time (2 tries in a row)');
  });

  test('what is not there, or may not be read, says so at once', async () => {
    const missing = await errorOf(() => read(`${hub.url}/blob/none.jsonl`));
    expect(String(missing)).toContain('/blob/none.jsonl: does not exist, got HTTP status 404');
    hub.failWith = [401];
    const denied = await errorOf(() => read(`${hub.url}/blob/README.md`));
    expect(String(denied)).toContain('HF_TOKEN');
  });
});

test('the fingerprint of remote files changes with their content, and reads none of them', async () => {
  const of = async (path: string) => fingerprint(source(path), await listed(path));
  const path = `${dataset}/data/en/*`;
  const direct = `${hub.url}/blob/README.md`;
  const before = [await of(path), await of(direct)];
  expect([await of(path), await of(direct)]).toEqual(before);
  expect(hub.requests.some(({ url, method }) => url.includes('blob') && method === 'GET')).toBe(false);
  const readme = files.get('README.md')!;
  files.set('data/en/b.jsonl.gz', gzipSync('other'));
  files.set('README.md', Buffer.from('other'));
  const after = [await of(path), await of(direct)];
  files.set('README.md', readme);
  files.set('data/en/b.jsonl.gz', gzipSync(asJson(rows('b', 30))));
  expect(after[0]).not.toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test.each([
  ['*.jsonl', 'a.jsonl', true],
  ['*.jsonl', '.a.jsonl', false],
  ['*.jsonl', 'x/a.jsonl', false],
  ['**/*.jsonl', 'a.jsonl', true],
  ['**/*.jsonl', 'x/y/a.jsonl', true],
  ['**/*.jsonl', 'x/.y/a.jsonl', false],
  ['x/**', 'x/y/z', true],
  ['part-[0-3]?.{csv,tsv}', 'part-27.tsv', true],
  ['part-[!0-3]?.csv', 'part-27.csv', false],
  ['a+(b).txt', 'a+(b).txt', true],
])('the glob %s on %s: %s', (pattern, name, matches) => {
  expect(globMatcher(pattern)(name)).toBe(matches);
});
