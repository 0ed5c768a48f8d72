/** The fixed evaluation windows of a study, built once: `evaluation-<hash>/evaluation.json` and a token file a domain. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { Evaluation, EvaluationDocument, EvaluationDomain, TokenStore } from '../records.js';
import { hashOf, stageVersions, writeMarked } from '../store/index.js';
import { readTokens } from '../tokens/index.js';
import type { DocumentColumns } from './documents.js';

/** A domain and where its documents lie. */
export interface DomainInput {
  name: string;
  /** Weight in the objective; the written weights add up to 1. */
  weight: number;
  store: TokenStore;
  /** With the bytes of each document, which token lengths that are only weights share out. */
  documents: DocumentColumns & { bytes?: ArrayLike<number> };
  /** Rows of `documents` to validate on, first choice first; see `heldOutDocuments`. */
  rows: ArrayLike<number>;
}

export interface EvaluationOptions {
  context: number;
  /** Predicted tokens per domain at most, but one document is always taken. */
  budgetTokens: number;
  /** Predicted tokens per document at most; the rest is cut. Default: `evaluationDocumentTokens`. */
  documentTokens?: number;
  endOfText: number;
  /** UTF-8 bytes that token id i stands for; 0 for special tokens. */
  tokenByteLengths: ArrayLike<number>;
}

/**
 * Writes the evaluation of a study into a folder of its own inside `folder`, or finds it there. Its hash is of what
 * is measured (tokens, documents, context); weights only decide how losses are added up, so they are not part of it.
 * @throws AssayError (exit code system) when the folder cannot be written
 */
export async function writeEvaluation(
  folder: string,
  domains: readonly DomainInput[],
  options: EvaluationOptions,
): Promise<{ folder: string; evaluation: Evaluation }> {
  const streams: Buffer[] = [];
  const entries: EvaluationDomain[] = [];
  const totalWeight = domains.reduce((sum, { weight }) => sum + weight, 0);
  for (const domain of domains) {
    const { stream, documents } = domainStream(domain, options);
    streams.push(stream);
    entries.push({
      name: domain.name,
      weight: domain.weight / totalWeight,
      file: `${domain.name}.bin`,
      documents,
    });
  }
  const { context } = options;
  const measured = entries.map(({ name, documents }, i) => ({
    name,
    documents,
    tokens: createHash('sha256').update(streams[i]!).digest('hex'),
  }));
  const hash = hashOf({ stage: stageVersions.evaluation, context, domains: measured });
  const evaluation: Evaluation = { hash, context, domains: entries };

  const target = join(folder, `evaluation-${hash.slice(0, 12)}`);
  const files = entries.map(({ file }, i): [string, Buffer] => [file, streams[i]!]);
  await writeMarked(target, 'evaluation.json', evaluation, Object.fromEntries(files));
  return { folder: target, evaluation };
}

/**
 * Tokens of a document that are predicted, at most: 4 × context, and less, down to one context, when the budget would then
 * hold fewer than 32 long documents: intervals rest on the number of documents.
 */
export function evaluationDocumentTokens(context: number, budgetTokens: number): number {
  const fair = Math.min(4 * context, Math.max(context, Math.floor(budgetTokens / 32)));
  return Math.min(fair, Math.max(1, budgetTokens));
}

/** A domain's stream (uint32, little endian) and its documents, in order, up to the budget. */
function domainStream(
  domain: DomainInput,
  options: EvaluationOptions,
): { stream: Buffer; documents: EvaluationDocument[] } {
  const { context, budgetTokens, endOfText, tokenByteLengths } = options;
  const { documentTokens = evaluationDocumentTokens(context, budgetTokens) } = options;
  const { id, tokens, offset } = domain.documents;
  const stream: number[] = [endOfText];
  const documents: EvaluationDocument[] = [];
  for (const row of Array.from(domain.rows)) {
    const whole = tokens[row]! + 1 <= documentTokens;
    const length = whole ? tokens[row]! : documentTokens;
    const predicted = whole ? length + 1 : length;
    // The first document that does not fit ends the list: going on with shorter ones would favour short documents.
    if (documents.length > 0 && stream.length - 1 + predicted > budgetTokens) break;
    const ids = readTokens(domain.store, offset[row]!, tokens[row]!);
    const lengthOf = (part: Uint32Array) =>
      part.reduce((sum, token) => sum + (tokenByteLengths[token] ?? 0), 0);
    const taken = ids.subarray(0, length);
    for (const token of taken) stream.push(token);
    const bytesOfAll = domain.documents.bytes?.[row] ?? lengthOf(ids);
    const share = whole ? 1 : lengthOf(taken) / Math.max(1, lengthOf(ids));
    const bytes = Math.round(bytesOfAll * share);
    if (whole) stream.push(endOfText);
    documents.push({ id: id[row]!, tokens: predicted, bytes });
  }
  if (documents.length === 0) throw new AssayError(`domain "${domain.name}"`, 'no document to validate on');
  const bytes = Buffer.alloc(4 * stream.length);
  for (const [i, token] of stream.entries()) bytes.writeUInt32LE(token, 4 * i);
  return { stream: bytes, documents };
}
