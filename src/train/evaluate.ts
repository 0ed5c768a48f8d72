/** Validation of a model as it stands: per-document sums in float64, and the loss of each domain. */
import type { DocumentLosses, DomainLoss } from '../records.js';
import { domainLoss, type EvaluationReader } from '../validation/index.js';
import type { Trainer } from './engine.js';

export interface EvaluationLosses {
  domains: Record<string, DomainLoss>;
  documents: Record<string, DocumentLosses>;
}

/**
 * @param batch windows per call of the engine; it decides bits, so a run always uses its micro-batch
 * @param betweenBatches called before every batch; may throw to stop
 */
export async function evaluate(
  trainer: Trainer,
  reader: EvaluationReader,
  batch: number,
  betweenBatches: () => Promise<void>,
): Promise<EvaluationLosses> {
  const domains: Record<string, DomainLoss> = {};
  const documents: Record<string, DocumentLosses> = {};
  for (const { name } of reader.evaluation.domains) {
    const losses = await reader.documentLosses(name, batch, async (windows) => {
      await betweenBatches();
      return trainer.tokenLosses(windows);
    });
    documents[name] = losses;
    domains[name] = domainLoss(losses);
  }
  return { domains, documents };
}
