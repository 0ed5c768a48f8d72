/** The body of a request, up to a limit. */
import type { IncomingMessage } from 'node:http';

/** Undefined for a body that is too large: what comes after the limit is never kept. */
export async function readBody(request: IncomingMessage, maximumBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maximumBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}
