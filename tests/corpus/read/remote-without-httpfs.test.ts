/** Parquet over HTTP on a machine without DuckDB's httpfs extension. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocuments } from '../../../src/corpus/index.js';
import { AssayError } from '../../../src/errors.js';
import { collect, errorOf, workspace } from '../workspace.js';
import { asParquet } from './formats.js';
import { type HubServer, startHub } from './hub-server.js';

const work = workspace();
let hub: HubServer;

beforeAll(async () => {
  hub = await startHub(new Map([['p.parquet', asParquet(['a'])]]));
  process.env.HF_ENDPOINT = hub.url;
  process.env.HOME = work.path('no-extensions');
});
afterAll(() => hub.close());

test('the message says what to do', async () => {
  const source = { paths: ['hf://datasets/team/data/p.parquet'], text: 'text' };
  const error = await errorOf(() => collect(readDocuments('s', source, () => {})));
  expect(error).toBeInstanceOf(AssayError);
  expect(String(error)).toContain("cannot be read from a server: DuckDB's httpfs extension is missing");
  expect(String(error)).toContain(work.path('no-extensions'));
  expect((error as AssayError).details.fix).toContain('INSTALL httpfs');
});
