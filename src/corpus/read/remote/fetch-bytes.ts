/** The bytes of a remote file in order. A broken connection goes on where it broke, if the file is still the same. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AssayError } from '../../../errors.js';
import { parseAddress } from './address.js';
import { gaveUp, type Limits, pause, request, Transient, usualLimits } from './http.js';
import { hubFileUrl } from './hub.js';
import { s3Access, s3Url, signedHeaders } from './sign-s3.js';

/** What tells that two answers are about the same bytes. */
interface Version {
  etag: string | null;
  /** Undefined when the server does not say. */
  length: number | undefined;
}

/**
 * @param name of the file, for errors
 * @throws AssayError for a file that is not there, that changes while it is read, and a connection that keeps failing
 */
export async function* fetchBytes(
  address: string,
  name: string,
  signal?: AbortSignal,
  limits: Limits = usualLimits,
): AsyncIterable<Buffer> {
  let version: Version | undefined;
  let position = 0;
  for (let failed = 0; ; ) {
    const silence = new Silence(limits.silenceMs, signal);
    try {
      const range: Record<string, string> = position > 0 ? { range: `bytes=${position}-` } : {};
      const { url, headers } = requestFor('GET', address, range, name);
      const plain = { ...headers, 'accept-encoding': 'identity' };
      const response = await request(url, { headers: plain }, name, silence.signal);
      const answered = versionOf(response);
      version ??= answered;
      if (answered.etag !== version.etag || answered.length !== version.length) throw changed(name);
      let skip = position - startOf(response);
      for await (const chunk of bodyOf(response)) {
        silence.broken();
        const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
        const fresh = bytes.subarray(Math.min(skip, bytes.length));
        skip -= bytes.length - fresh.length;
        if (fresh.length === 0) continue;
        position += fresh.length;
        failed = 0;
        yield fresh;
        // What the reader took to work on this is no silence of the server's.
        silence.broken();
      }
      if (version.length === undefined || position === version.length) return;
      throw new Transient(`the connection ended at byte ${position} of ${version.length}`);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Transient)) throw error;
      if (++failed >= limits.attempts) throw gaveUp(name, error, failed);
      await pause(limits.pauseMs * 2 ** (failed - 1), signal);
    } finally {
      silence.end();
    }
  }
}

/** The request that gives a file's bytes, with what shows who asks. */
export function requestFor(
  method: 'GET' | 'HEAD',
  address: string,
  headers: Record<string, string>,
  subject: string,
): { url: string; headers: Record<string, string> } {
  const parsed = parseAddress(address, subject);
  switch (parsed.kind) {
    case 'http':
      return { url: parsed.url, headers };
    case 'hub':
      return { url: hubFileUrl(parsed), headers };
    case 's3': {
      const access = s3Access();
      const url = s3Url(parsed.bucket, parsed.key, access);
      return { url: url.href, headers: signedHeaders(method, url, headers, access, new Date()) };
    }
    default:
      return parsed satisfies never;
  }
}

async function* bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) return;
  try {
    yield* Readable.fromWeb(response.body as ReadableStream<Uint8Array>) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const { message, cause: inner } = cause as Error & { cause?: Error };
    throw new Transient(inner?.message ?? message, { cause });
  }
}

/** The whole file's length, whatever part of it was sent. */
function versionOf(response: Response): Version {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  const encoded = response.headers.has('content-encoding');
  const length = range?.[1] ?? (encoded ? null : response.headers.get('content-length'));
  return { etag: response.headers.get('etag'), length: length === null ? undefined : Number(length) };
}

/** The first byte that was sent: 0 from a server that does not send parts. */
function startOf(response: Response): number {
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return response.status === 206 && range !== null ? Number(range[1]) : 0;
}

function changed(name: string): AssayError {
  return new AssayError(name, 'changed while it was read', {
    expected: 'the same length and ETag for every part',
    fix: 'Run the same command again.',
  });
}

/** Aborts a connection on which nothing comes for too long, and one that nobody waits for any more. */
class Silence {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly stop = () => this.controller.abort(this.outer?.reason);

  constructor(
    milliseconds: number,
    private readonly outer?: AbortSignal,
  ) {
    this.timer = setTimeout(() => this.controller.abort(), milliseconds);
    outer?.addEventListener('abort', this.stop, { once: true });
    if (outer?.aborted) this.stop();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  broken(): void {
    this.timer.refresh();
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.stop);
    this.controller.abort();
  }
}
