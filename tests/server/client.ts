/** Requests to a steering server, well-formed ones and raw bytes. */
import { type Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  /** undefined: the connection was closed without an answer. */
  status: number | undefined;
  text: string;
}

export interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export function send(
  url: string,
  { method = 'POST', path = '/next', headers = {}, body }: Sent,
  agent?: Agent,
): Promise<Answer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let status: number | undefined;
    const done = () => resolve({ status, text: Buffer.concat(parts).toString('utf8') });
    const sent = request(`${url}${path}`, { method, headers, ...(agent && { agent }) }, (response) => {
      status = response.statusCode;
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', done);
      response.on('error', done);
    });
    // A server that refuses a body closes the connection while it is still being sent.
    sent.on('error', done);
    sent.end(body);
  });
}

/** Writes bytes as they are, and reads until the server closes. */
export function sendRaw(url: string, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
  });
}
