/** Validation: which documents are kept from training, and the fixed windows that judge every run. */
export { evaluationBudget } from './budget.js';
export type { DocumentColumns } from './documents.js';
export { documentHash, sortRows } from './hash.js';
export {
  type Contamination,
  countExclusions,
  exclusionReasons,
  type HeldOut,
  heldOutDocuments,
} from './held-out.js';
export { domainLoss, sumByDocument } from './losses.js';
export { type EvaluationReader, openEvaluation, predictedTokens } from './open.js';
export {
  evenly,
  meanLoss,
  meanOfDomain,
  passes,
  validationLoss,
  type WeightedWindows,
} from './weighted-windows.js';
export {
  type DomainInput,
  type EvaluationOptions,
  evaluationDocumentTokens,
  writeEvaluation,
} from './write.js';
