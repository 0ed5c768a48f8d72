/** Which documents of a domain are kept when there are more than fit: an even choice, by hash of their content. */
import { createHash } from 'node:crypto';

/** The order in which documents are taken: 48 bits of the SHA-256 of the text, so copies stand side by side. */
export const rankOf = (text) => createHash('sha256').update(text).digest().readUIntBE(0, 6);

/** Whether a page is set aside for validation, by hash of where it comes from: one in 25. */
export const isForValidation = ({ origin }) => rankOf(origin) % 25 === 0;

/**
 * Takes documents by rank while their bytes fit. Depends on nothing but the documents, and spreads over all of them.
 * @param documents [{ rank, bytes }] in their order
 * @returns {boolean[]} for each document whether it is kept
 */
export function chooseEvenly(documents, capBytes) {
  const byRank = documents.map((_, i) => i).sort((a, b) => documents[a].rank - documents[b].rank || a - b);
  const kept = documents.map(() => false);
  let left = capBytes;
  for (const i of byRank) {
    left -= documents[i].bytes;
    if (left < 0) break;
    kept[i] = true;
  }
  return kept;
}
