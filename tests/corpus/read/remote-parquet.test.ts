/**
 * Parquet over HTTP, when DuckDB's httpfs extension can be had: `ASSAY_TEST_HTTPFS_HOME` names a home folder whose
 * `.duckdb/extensions` has it. Skipped without.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocuments } from '../../../src/corpus/index.js';
import { collect, workspace } from '../workspace.js';
import { asParquet } from './formats.js';
import { type HubServer, startHub } from './hub-server.js';

const home = process.env.ASSAY_TEST_HTTPFS_HOME;
const work = workspace();
const texts = Array.from({ length: 5000 }, (_, i) => `text ${i} ${'word '.repeat(i % 90)}`);
let hub: HubServer;

beforeAll(async () => {
  hub = await startHub(new Map([['data/p.parquet', asParquet(texts)]]));
  process.env.HF_ENDPOINT = hub.url;
  process.env.HF_TOKEN = 'secret-of-the-test';
  if (home !== undefined) process.env.HOME = home;
});
afterAll(() => hub.close());

test.skipIf(home === undefined)(
  'rows of a file on the hub come in order, by ranges of its bytes',
  async () => {
    const source = { paths: ['hf://datasets/team/data/**/*.parquet'], text: 'text' };
    const documents = await collect(readDocuments('s', source, () => {}, { base: work.folder }));
    expect(documents.map(({ text }) => text)).toEqual(texts);
    expect(documents[4999]!.origin).toBe('hf://datasets/team/data/data/p.parquet:5000');
    const resolved = hub.requests.filter(({ url }) => url.includes('/resolve/'));
    expect(resolved.every(({ authorization }) => authorization === 'Bearer secret-of-the-test')).toBe(true);
    expect(hub.requests.some(({ range }) => range !== undefined)).toBe(true);
  },
);
