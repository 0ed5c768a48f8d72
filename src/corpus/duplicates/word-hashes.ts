/** 64-bit hashes of a document's words, normalised so that case, punctuation and Unicode forms do not matter. */
import type { DocumentText } from '../signals/document-text.js';
import { mix32 } from './mix.js';

/** Word i has the hash (high[i], low[i]). Shape [words that hold a letter or digit]. */
export interface WordHashes {
  high: Int32Array;
  low: Int32Array;
}

let latest: { document: DocumentText; hashes: WordHashes } | undefined;

/** Of a document's words in their order. All signals of a document are measured in turn, so the latest is kept. */
export function wordHashes(document: DocumentText): WordHashes {
  if (latest?.document !== document) latest = { document, hashes: hashWords(document) };
  return latest.hashes;
}

/** Unicode's compatibility form (NFKC), lowercased; of it only letters, digits and the marks that letters carry. */
export function normaliseWord(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '');
}

const emptyA = 0x811c9dc5 | 0;
const emptyB = 0x2545f491;

/** By ASCII code: the lowercase letter or digit, 0 for what is dropped. Agrees with `normaliseWord`. */
const foldedAscii = Uint8Array.from({ length: 128 }, (_, code) => {
  const folded = normaliseWord(String.fromCharCode(code));
  return folded === '' ? 0 : folded.charCodeAt(0);
});

function hashWords({ text, words }: DocumentText): WordHashes {
  const { count, starts, ends } = words;
  const high = new Int32Array(count);
  const low = new Int32Array(count);
  let kept = 0;
  for (let word = 0; word < count; word++) {
    const end = ends[word]!;
    // Two multiplicative hashes (xor and add, as in FNV-1a) whose collisions have nothing to do with each other.
    let a = emptyA;
    let b = emptyB;
    for (let at = starts[word]!; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= 128) {
        [a, b] = hashNormalised(text.slice(starts[word]!, end));
        break;
      }
      const folded = foldedAscii[unit]!;
      if (folded === 0) continue;
      a = Math.imul(a ^ folded, 0x01000193);
      b = Math.imul(b + folded, 0x5bd1e995);
    }
    // Unicode's words include runs of underscores, of which nothing is left.
    if (a === emptyA && b === emptyB) continue;
    high[kept] = mix32(a);
    low[kept] = mix32(b);
    kept++;
  }
  return { high: high.subarray(0, kept), low: low.subarray(0, kept) };
}

/** As the loop over ASCII above, for words that hold other characters. */
function hashNormalised(word: string): [a: number, b: number] {
  const normalised = normaliseWord(word);
  let a = emptyA;
  let b = emptyB;
  for (let at = 0; at < normalised.length; at++) {
    const unit = normalised.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b + unit, 0x5bd1e995);
  }
  return [a, b];
}
