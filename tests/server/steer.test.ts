/** The steering server under requests that it must refuse: nothing changes, nothing crashes, nothing leaks. */
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Controller, openController } from '../../src/mixture/index.js';
import { Random } from '../../src/random.js';
import { type RunningServer, serveSteering, tokenIn } from '../../src/server/index.js';
import { contentOf, firstLosses, newController } from '../mixture/steer/controllers.js';
import { type Sent, send, sendRaw } from './client.js';

const token = 'a-token-of-the-tests-0123456789';
const authorization = `Bearer ${token}`;
const errors: string[] = [];
let folder: string;
let controller: Controller;
let server: RunningServer;

beforeAll(async () => {
  folder = await newController();
  controller = openController(folder);
  server = await serveSteering({
    controller,
    token,
    port: 0,
    requestSeconds: 2,
    onError: (message) => errors.push(message),
  });
});
afterAll(() => server.close());

const valid = (stage: number, losses: Record<string, number> = firstLosses) =>
  JSON.stringify({ stage, losses });
const ask = (body: string | Uint8Array) => send(server.url, { headers: { authorization }, body });

/** One request that must change nothing; `replay`: the one that was answered before. */
function hostile(random: Random): Sent & { replay?: true } {
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
  const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  const headers = { authorization };
  const next = valid(1);
  switch (random.below(8)) {
    case 0: {
      const near = authorization.slice(0, random.below(authorization.length));
      const wrong = pick([
        '',
        'Bearer',
        'Bearer x',
        near,
        `${authorization}x`,
        `Basic ${token}`,
        token,
        authorization.toUpperCase(),
      ]);
      return { ...(random.below(2) === 0 ? {} : { headers: { authorization: wrong } }), body: next };
    }
    case 1:
      return { headers, body: bytes(random.below(2000)) };
    case 2:
      return { headers, body: next.slice(0, random.below(next.length)) };
    case 3: {
      // A request for a stage that was answered, with a few bytes changed; a change may change nothing, or ask for the next stage.
      const changed = Buffer.from(valid(0));
      for (let i = 0; i <= random.below(3); i++) changed[random.below(changed.length)] = random.below(256);
      if (/"stage":1[,}]/.test(changed.toString('latin1'))) return { headers, body: '' };
      return { headers, body: changed, ...(changed.equals(Buffer.from(valid(0))) && { replay: true }) };
    }
    case 4: {
      const values = [null, true, 'x', [], {}, -1, 1.5, 1e300, [1], { stage: 1 }, '1'];
      const losses = {
        ...firstLosses,
        [pick(['web', 'basics', 'expert', 'other', '__proto__', 'constructor', ''])]: pick([
          null,
          'x',
          -1,
          [],
          {},
          true,
        ]),
      };
      return {
        headers,
        body: pick([
          JSON.stringify(pick(values)),
          JSON.stringify({ stage: pick(values), losses: firstLosses }),
          JSON.stringify({ stage: 1, losses }),
          JSON.stringify({ stage: 1, losses: pick(values) }),
          '{"stage":1,"losses":{"web":1e999,"basics":4,"expert":4}}',
          '{"stage":1,"losses":{"__proto__":{"web":4},"basics":4,"expert":4}}',
          `${'['.repeat(20_000)}`,
          `{"stage":1,"losses":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
          next.replace('}', ',"admin":true}'),
        ]),
      };
    }
    case 5:
      return {
        headers: { ...headers, ...pick([{}, { 'Transfer-Encoding': 'chunked' }]) },
        body: ' '.repeat(65_537 + random.below(70_000)),
      };
    case 6:
      return pick<Sent & { replay?: true }>([
        { headers, body: valid(0), replay: true },
        { headers, body: valid(0, { ...firstLosses, web: random.uniform() * 4 }) },
        { headers, body: valid(2 + random.below(100)) },
      ]);
    default:
      return {
        headers,
        method: pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'POST']),
        path: pick([
          '/',
          '/next/',
          '/next?x=1',
          '/../controller.json',
          '//next',
          '/%6eext',
          '/NEXT',
          '/journal/0000.json',
          '/__proto__',
        ]),
        body: next,
      };
  }
}

const rawRequests = [
  'GARBAGE\r\n\r\n',
  '\0\0\0\0',
  'POST /next HTTP/9.9\r\n\r\n',
  'POST /next HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'POST /next HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
  'POST /next HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc',
  `POST /next HTTP/1.1\r\nHost: x\r\nAuthorization: ${'a'.repeat(20_000)}\r\n\r\n`,
  `POST /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  'CONNECT example:443 HTTP/1.1\r\nHost: x\r\n\r\n',
  `POST /next HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

describe('the steering server', () => {
  test('answers the first stage, and the same request the same way', async () => {
    const first = await ask(valid(0));
    expect(first.status).toBe(200);
    expect(await ask(valid(0))).toEqual(first);
    expect(JSON.parse(first.text)).toEqual(controller.next({ stage: 0, losses: firstLosses }));
  });

  test('10,000 malformed, oversized, replayed or unauthenticated requests change nothing and crash nothing', async () => {
    const before = contentOf(folder);
    const first = (await ask(valid(0))).text;
    const random = Random.fromSeed('hostile requests');
    const statuses = new Map<string, number>();
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    let left = 10_000;
    const client = async () => {
      while (left-- > 0) {
        if (left % 500 === 0) {
          const answer = await sendRaw(server.url, rawRequests[(left / 500) % rawRequests.length]!);
          expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
          continue;
        }
        const { replay, ...sent } = hostile(random);
        const { status, text } = await send(server.url, sent, agent);
        statuses.set(`${status}`, (statuses.get(`${status}`) ?? 0) + 1);
        if (replay) expect({ status, text }).toEqual({ status: 200, text: first });
        else {
          expect([400, 401, 404, 405, 409, 413, undefined]).toContain(status);
          expect(text).not.toMatch(/\bat .*:\d+:\d+|node:internal|\/src\/|\/dist\/|controller\.json/);
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    agent.destroy();
    // All kinds of refusal were met.
    for (const status of ['200', '400', '401', '404', '409', '413'])
      expect(statuses.get(status), `${status} of ${[...statuses]}`).toBeGreaterThan(100);
    expect(contentOf(folder)).toBe(before);
    expect(errors).toEqual([]);
    expect(controller.entries()).toHaveLength(1);
    expect((await ask(valid(1))).status).toBe(200);
  }, 240_000);

  test('says why it refuses a request that carries the token, and nothing to one without', async () => {
    expect(JSON.parse((await ask('{"stage":"2","losses":{}}')).text)).toEqual({
      error: {
        subject: 'request: `stage`',
        problem: 'not the number of a stage',
        expected: 'a whole number from 0',
        got: 'a string',
      },
    });
    const without = await send(server.url, { body: '{"stage":"2"}' });
    expect(without).toEqual({ status: 401, text: '{"error":{"problem":"no valid token"}}' });
  });

  test('closes a connection that sends its request too slowly', async () => {
    const half = `POST /next HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 100\r\n\r\n{"stage"`;
    expect(await sendRaw(server.url, half)).toMatch(/^(HTTP\/1\.1 408 |HTTP\/1\.1 400 |$)/);
  });

  test('tells a client nothing of what goes wrong inside', async () => {
    const logged: string[] = [];
    const broken = await serveSteering({
      controller: {
        next() {
          throw new Error('secret of the machine');
        },
      },
      token,
      port: 0,
      onError: (message) => logged.push(message),
    });
    const answer = await send(broken.url, { headers: { authorization }, body: valid(0) });
    await broken.close();
    expect(answer).toEqual({ status: 500, text: '{"error":{"problem":"internal error"}}' });
    expect(logged.join()).toContain('secret of the machine');
  });

  test('is reached from this machine only, unless told otherwise', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (outside === undefined) return;
    const { port } = new URL(server.url);
    const answer = await send(`http://${outside.address}:${port}`, {
      headers: { authorization },
      body: valid(0),
    });
    expect(answer.status).toBeUndefined();
  });
});

describe('a token file', () => {
  const path = (name: string) => join(mkdtempSync(join(tmpdir(), 'assay-')), name);

  test('is made with 256 random bits for its owner alone, and kept', () => {
    const file = path('token');
    const made = tokenIn(file);
    expect(Buffer.from(made, 'base64url')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(tokenIn(file)).toBe(made);
    expect(tokenIn(path('token'))).not.toBe(made);
  });

  test('is refused when others may read it, when it is too short, and where there is no folder', () => {
    const open = path('open');
    writeFileSync(open, `${token}\n`, { mode: 0o644 });
    expect(() => tokenIn(open)).toThrow('others may read this token, expected permissions 0600');
    const short = path('short');
    writeFileSync(short, 'abc\n', { mode: 0o600 });
    expect(() => tokenIn(short)).toThrow('not a token, expected at least 16');
    const nowhere = join(path('none'), 'token');
    expect(() => tokenIn(nowhere)).toThrow('cannot be written');
    expect(existsSync(nowhere)).toBe(false);
  });
});
