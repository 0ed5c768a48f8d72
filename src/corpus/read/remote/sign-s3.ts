/** Requests to S3 and servers that speak like it, signed with AWS Signature Version 4 where there are keys. */
import { createHash, createHmac } from 'node:crypto';

/** From the variables that Amazon's own tools read. */
export interface S3Access {
  /** Undefined: anonymous. */
  keys?: { id: string; secret: string; sessionToken?: string };
  region: string;
  /** A server other than Amazon's; buckets are then the first part of the path. */
  endpoint?: string;
}

export function s3Access(env: NodeJS.ProcessEnv = process.env): S3Access {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: sessionToken } = env;
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return {
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...(id && secret ? { keys: { id, secret, ...(sessionToken ? { sessionToken } : {}) } } : {}),
    ...(endpoint ? { endpoint: endpoint.replace(/\/+$/, '') } : {}),
  };
}

/** Where an object, or with an empty key the bucket, is reached. */
export function s3Url(bucket: string, key: string, { region, endpoint }: S3Access): URL {
  const path = key.split('/').map(encode).join('/');
  if (endpoint !== undefined) return new URL(`${endpoint}/${bucket}/${path}`);
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com/${path}`);
}

const emptyHash = createHash('sha256').update('').digest('hex');

/**
 * The headers of a request without a body, `headers` among them.
 * Source: "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
 */
export function signedHeaders(
  method: string,
  url: URL,
  headers: Record<string, string>,
  { keys, region }: S3Access,
  now: Date,
): Record<string, string> {
  if (keys === undefined) return headers;
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const all: Record<string, string> = {
    ...headers,
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': time,
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
  };
  const signed = Object.entries({ ...all, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join('');
  const canonical = [method, url.pathname, query, lines, names, emptyHash].join('\n');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')];
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      `AWS4${keys.secret}`,
    );
  const signature = createHmac('sha256', key).update(toSign.join('\n')).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.id}/${scope},SignedHeaders=${names},Signature=${signature}`;
  return { ...all, authorization };
}

/** Percent-encoding as the signature wants it: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
