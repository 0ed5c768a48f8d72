/** A smaller evaluation: the first documents of every domain, for short runs that a whole one would slow down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation } from '../records.js';
import { hashOf, writeMarked } from '../store/index.js';
import { openEvaluation } from '../validation/index.js';

/**
 * Writes `folder`, with as many whole documents of each domain as fit into `budgetTokens`, at least one. Documents stand
 * in the order of their hash, so the first ones are a sample.
 * @param whole folder of an evaluation
 */
export async function writeShortEvaluation(
  whole: string,
  folder: string,
  budgetTokens: number,
): Promise<void> {
  const { evaluation } = openEvaluation(whole);
  const files: Record<string, Uint8Array> = {};
  const domains = evaluation.domains.map((domain) => {
    const { documents, file } = domain;
    let kept = 0;
    let tokens = 0;
    while (kept < documents.length && (kept === 0 || tokens + documents[kept]!.tokens <= budgetTokens)) {
      tokens += documents[kept]!.tokens;
      kept++;
    }
    files[file] = readFileSync(join(whole, file)).subarray(0, 4 * (tokens + 1));
    return { ...domain, documents: documents.slice(0, kept) };
  });
  const hash = hashOf({ of: evaluation.hash, documents: domains.map(({ documents }) => documents.length) });
  const short: Evaluation = { ...evaluation, hash, domains };
  await writeMarked(folder, 'evaluation.json', short, files);
}
