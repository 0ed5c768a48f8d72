/** Sources on S3, against Amazon's published example and a local server. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprint, listFiles, readDocuments } from '../../../src/corpus/index.js';
import { s3Url, signedHeaders } from '../../../src/corpus/read/remote/sign-s3.js';
import type { SourceSpec } from '../../../src/records.js';
import { collect, errorOf } from '../workspace.js';

const access = {
  keys: { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
};
const date = new Date('2013-05-24T00:00:00Z');
const url = (path: string) => new URL(`https://examplebucket.s3.amazonaws.com${path}`);

// "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
test.each([
  ['/test.txt', { range: 'bytes=0-9' }, 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'],
  ['/?lifecycle', {}, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  ['/?max-keys=2&prefix=J', {}, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
])("the signature of Amazon's example %s", (path, headers, signature) => {
  const { authorization } = signedHeaders('GET', url(path), headers, access, date);
  expect(authorization).toMatch(new RegExp(`,Signature=${signature}$`));
});

test('a bucket is a host on Amazon, and part of the path elsewhere', () => {
  expect(s3Url('b', "a/x y+'.txt", { region: 'eu-west-1' }).href).toBe(
    'https://b.s3.eu-west-1.amazonaws.com/a/x%20y%2B%27.txt',
  );
  expect(s3Url('b', 'k', { region: 'r', endpoint: 'http://host:9' }).href).toBe('http://host:9/b/k');
});

const objects = new Map([
  ['web/a & b.jsonl', '{"text":"a1"}\n{"text":"a2"}\n'],
  ['web/deep/c.csv', 'text\nc1\n'],
  ['web/.hidden/d.csv', 'text\nno\n'],
  ['website.jsonl', '{"text":"no"}\n'],
]);
const requests: { authorization: string | undefined }[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ authorization: request.headers.authorization });
    const { pathname, searchParams } = new URL(request.url!, 'http://s3');
    const content = objects.get(decodeURIComponent(pathname).replace('/bucket/', ''));
    if (searchParams.get('list-type') === '2') {
      const keys = [...objects.keys()].filter((key) => key.startsWith(searchParams.get('prefix')!)).sort();
      const from = Number(searchParams.get('continuation-token') ?? 0);
      const more = from + 1 < keys.length ? `<NextContinuationToken>${from + 1}</NextContinuationToken>` : '';
      const entries = keys.slice(from, from + 1).map((key) => {
        const size = objects.get(key)!.length;
        const tag = `&quot;${key.length}-${size}&quot;`;
        return `<Contents><Key>${key.replace('&', '&amp;')}</Key><ETag>${tag}</ETag><Size>${size}</Size></Contents>`;
      });
      response.end(`<?xml version="1.0"?><ListBucketResult>${more}${entries.join('')}</ListBucketResult>`);
    } else if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { etag: '"1"', 'content-length': content.length }).end(content);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = access.keys.id;
  process.env.AWS_SECRET_ACCESS_KEY = access.keys.secret;
});
afterAll(() => server.close());

const source = (path: string): SourceSpec => ({ paths: [path], text: 'text' });

test.each([
  ['s3://bucket/web', ['s3://bucket/web/a & b.jsonl', 's3://bucket/web/deep/c.csv']],
  ['s3://bucket/web/*.jsonl', ['s3://bucket/web/a & b.jsonl']],
  ['s3://bucket/**/*.csv', ['s3://bucket/web/deep/c.csv']],
  ['s3://bucket/web/deep/c.csv', ['s3://bucket/web/deep/c.csv']],
])('%s names its objects, page after page', async (path, expected) => {
  expect(await listFiles(source(path), 'source "s"')).toEqual(expected);
});

test('objects are read, with signed requests, and their listing is their version', async () => {
  const documents = await collect(readDocuments('s', source('s3://bucket/web'), () => {}));
  expect(documents.map(({ text }) => text)).toEqual(['a1', 'a2', 'c1']);
  expect(documents[1]!.origin).toBe('s3://bucket/web/a & b.jsonl:2');
  for (const { authorization } of requests) expect(authorization).toContain('AWS4-HMAC-SHA256');

  const of = async () =>
    fingerprint(
      source('s3://bucket/web'),
      documents.map(() => 's3://bucket/web/deep/c.csv'),
    );
  const before = await of();
  expect(await of()).toBe(before);
  objects.set('web/deep/c.csv', 'text\nchanged\n');
  expect(await of()).not.toBe(before);
});

test('what is not there is an error with its address', async () => {
  const error = await errorOf(() => listFiles(source('s3://bucket/none/*.csv'), 'source "s"'));
  expect(String(error)).toContain('source "s": no files in s3://bucket/none/*.csv');
});
