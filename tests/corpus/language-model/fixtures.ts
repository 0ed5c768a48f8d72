/** Models of KenLM's lmplz and scores of PyPI's kenlm (scripts/kenlm-fixture.py), and ARPA files as maps. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('fixtures/', import.meta.url);

export function fixture(name: string): string {
  const bytes = readFileSync(new URL(name, folder));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Of one line of text: kenlm's perplexity, and of each word and the line's end [log10, length of the n-gram found]. */
export interface KenlmScore {
  perplexity: number;
  words: [log10: number, order: number][];
}

/** By model and line of scored.txt. */
export const kenlmScores = JSON.parse(fixture('scores.json')) as Record<string, KenlmScore[]>;

/** By the n-gram's words: log10 probability and log10 back-off. */
export function arpaGrams(arpa: string): Map<string, [log10: number, backoff: number]> {
  const grams = new Map<string, [number, number]>();
  for (const line of arpa.split('\n')) {
    const [log10, words, backoff] = line.split('\t');
    if (words !== undefined) grams.set(words, [Number(log10), Number(backoff ?? 0)]);
  }
  return grams;
}
