/** One HTTP request for a source, with the messages that a user can act on. */
import { AssayError } from '../../../errors.js';
import { withoutQuery } from './address.js';

export interface Limits {
  /** Tries in a row that bring nothing before the file is given up. */
  attempts: number;
  /** Longest silence of a connection. */
  silenceMs: number;
  /** Before the second try; doubled for each one after. */
  pauseMs: number;
}

export const usualLimits: Limits = { attempts: 5, silenceMs: 60_000, pauseMs: 500 };

const deniedProblem = 'may not be read';

/** A failure that another try may mend. */
export class Transient extends Error {}

/**
 * @param silence aborted when the server says nothing for too long
 * @throws Transient, or AssayError for an answer that will stay the same
 */
export async function request(
  url: string,
  init: { method?: string; headers?: Record<string, string> },
  name: string,
  silence: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      headers: { ...hubHeaders(url), ...init.headers },
      signal: silence,
    });
  } catch (cause) {
    throw new Transient(reasonOf(cause), { cause });
  }
  if (response.ok) return response;
  await response.body?.cancel().catch(() => {});
  const { status } = response;
  if (status === 408 || status === 429 || status >= 500) throw new Transient(`HTTP status ${status}`);
  const denied = status === 401 || status === 403;
  const problem = denied ? deniedProblem : status === 404 ? 'does not exist' : 'cannot be read';
  throw new AssayError(name, problem, {
    got: `HTTP status ${status} from ${withoutQuery(url)}`,
    fix: denied
      ? 'Set HF_TOKEN, or the AWS_… keys for S3, to those of an account that may read it.'
      : 'Check the address.',
  });
}

/** Whether a server answered that the file may not be had without other rights. */
export function isDenied(error: unknown): boolean {
  return error instanceof AssayError && error.problem === deniedProblem;
}

/** Base address of the hub. */
export function hubEndpoint(): string {
  return (process.env.HF_ENDPOINT ?? 'https://huggingface.co').replace(/\/+$/, '');
}

/** The token goes to the hub alone; `fetch` takes it off when the hub redirects to another host. */
export function hubHeaders(url: string): Record<string, string> {
  const token = process.env.HF_TOKEN;
  return token && url.startsWith(`${hubEndpoint()}/`) ? { authorization: `Bearer ${token}` } : {};
}

/** Runs tries until one succeeds, with a pause between them. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  name: string,
  limits: Limits,
  signal?: AbortSignal,
): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      signal?.throwIfAborted();
      if (failed >= limits.attempts) throw gaveUp(name, error, failed);
      await pause(limits.pauseMs * 2 ** (failed - 1), signal);
    }
  }
}

export function gaveUp(name: string, error: Transient, attempts: number): AssayError {
  return new AssayError(name, 'the connection fails', {
    got: `${error.message} (${attempts} tries in a row)`,
    fix: 'Run the same command again when the server can be reached.',
    cause: error,
  });
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    }
  });
}

function reasonOf(cause: unknown): string {
  const error = cause as Error & { cause?: { code?: string; message?: string } };
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  return error.cause?.code ?? error.cause?.message ?? error.message;
}
