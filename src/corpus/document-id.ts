/** A document's identity is its content: exact copies share an id, whatever file they lie in. */
import { createHash } from 'node:crypto';

/** The first 128 bits of the SHA-256 of the UTF-8 text, as 32 hex digits. */
export function documentId(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32);
}
