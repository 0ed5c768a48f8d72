/**
 * `POST /next` over HTTP: the controller for a trainer that runs elsewhere than the `assay` command.
 *
 * Nothing is done for a request without the token, a body is read up to a limit only, and what goes wrong inside is
 * logged here and told to the client as "internal error".
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AssayError, ExitCode } from '../errors.js';
import { type Controller, StageConflict } from '../mixture/index.js';
import { readBody } from './body.js';
import { bearerCheck } from './token.js';

export interface SteerServerOptions {
  controller: Pick<Controller, 'next'>;
  token: string;
  /** Default 127.0.0.1: programs of this machine only. */
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** Most bytes of a body. Default 65,536. */
  maximumBytes?: number;
  /** Time for a client to send its request. Default 10 s. */
  requestSeconds?: number;
  /** Told what went wrong inside; clients are not. */
  onError: (message: string) => void;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:41234`. */
  url: string;
  close(): Promise<void>;
}

interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** @throws AssayError (exit code system) where the address cannot be listened on */
export async function serveSteering(options: SteerServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port, requestSeconds = 10, onError } = options;
  const isAllowed = bearerCheck(options.token);
  const milliseconds = requestSeconds * 1000;
  const server = createServer(
    {
      requestTimeout: milliseconds,
      headersTimeout: milliseconds,
      keepAliveTimeout: milliseconds,
      connectionsCheckingInterval: Math.min(1000, milliseconds),
      maxHeaderSize: 8192,
    },
    (request, response) => {
      reply(request, options, isAllowed)
        .catch((error: unknown): Reply => {
          // The client went away: there is nobody to answer.
          if (!request.destroyed) onError(String(error));
          return { status: 500, body: { error: { problem: 'internal error' } } };
        })
        .then((result) => send(response, request, result));
    },
  );
  server.maxConnections = 64;
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  await listening(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function reply(
  request: IncomingMessage,
  { controller, maximumBytes = 65_536, onError }: SteerServerOptions,
  isAllowed: (authorization: string | undefined) => boolean,
): Promise<Reply> {
  if (!isAllowed(request.headers.authorization))
    return { ...refused(401, 'no valid token'), headers: { 'WWW-Authenticate': 'Bearer' } };
  if (request.url !== '/next') return refused(404, 'no such page', 'POST /next');
  if (request.method !== 'POST')
    return { ...refused(405, 'method not allowed', 'POST'), headers: { Allow: 'POST' } };
  const body = await readBody(request, maximumBytes);
  if (body === undefined) return refused(413, 'body too large', `at most ${maximumBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return refused(400, 'body is not JSON');
  }
  try {
    return { status: 200, body: controller.next(value) };
  } catch (error) {
    if (!(error instanceof AssayError) || error.exitCode !== ExitCode.data || !isAboutRequest(error)) {
      onError(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return { status: 500, body: { error: { problem: 'internal error' } } };
    }
    const { subject, problem, details } = error;
    const { expected, got } = details;
    return {
      status: error instanceof StageConflict ? 409 : 400,
      body: { error: { subject, problem, expected, got } },
    };
  }
}

/** Errors about files of the controller name paths of this machine. */
function isAboutRequest(error: AssayError): boolean {
  return error instanceof StageConflict || error.subject.startsWith('request');
}

function refused(status: number, problem: string, expected?: string): Reply {
  return { status, body: { error: { problem, expected } } };
}

/** Where a request was not read to its end, the connection is closed: its rest is not the next request. */
function send(response: ServerResponse, request: IncomingMessage, { status, body, headers }: Reply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(request.complete ? {} : { Connection: 'close' }),
    ...headers,
  });
  response.end(text);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new AssayError(`${host}:${port}`, 'cannot be listened on', {
          got: cause.code ?? cause.message,
          fix: 'Choose another port; 0 takes a free one.',
          exitCode: ExitCode.system,
          cause,
        }),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
