/** Content addresses: the SHA-256 of canonical JSON, so that key order and whitespace never matter. */
import { createHash } from 'node:crypto';

/** 64 hex digits of the SHA-256 of `value` as JSON with sorted keys; `undefined` fields are left out. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
