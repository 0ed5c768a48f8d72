/** From losses of tokens to losses of documents and domains, added up in float64. */
import { AssayError } from '../errors.js';
import type { DocumentLosses, DomainLoss, EvaluationDomain } from '../records.js';

/**
 * Adds up the losses of the tokens of each document, in the order of the stream.
 * @param losses nats of the domain's predicted tokens in order, in pieces of any length; what follows the last token
 *   of the last document is padding and is left out
 * @throws AssayError when there are fewer losses than tokens
 */
export async function sumByDocument(
  domain: EvaluationDomain,
  losses: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<DocumentLosses> {
  const { documents } = domain;
  const sums = new Float64Array(documents.length);
  let document = 0;
  let left = documents[0]?.tokens ?? 0;
  for await (const piece of losses) {
    for (const loss of piece) {
      if (document === documents.length) break;
      sums[document]! += loss;
      left--;
      if (left === 0) left = documents[++document]?.tokens ?? 0;
    }
  }
  if (document < documents.length)
    throw new AssayError(`domain "${domain.name}"`, 'losses of some tokens are missing');
  return {
    ids: documents.map(({ id }) => id),
    lossSumNats: sums,
    tokens: Float64Array.from(documents, ({ tokens }) => tokens),
    bytes: Float64Array.from(documents, ({ bytes }) => bytes),
  };
}

/** A domain's loss: all nats over all tokens, and all bits over all bytes. */
export function domainLoss(losses: DocumentLosses): DomainLoss {
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const nats = total(losses.lossSumNats);
  return { lossNats: nats / total(losses.tokens), bitsPerByte: nats / Math.LN2 / total(losses.bytes) };
}
