/** Schema: a study file to the `Study` record, every problem with its line and column. */

export { didYouMean, suggest } from '../suggest.js';
export { budgetExpectation, parseBudget, unnamed } from './budget.js';
export { studyJsonSchema } from './json-schema.js';
export { parseTokens } from './quantities.js';
export type { KnownSignals } from './recipes/conditions.js';
export { reservedWords } from './recipes/shape.js';
export { isAddress } from './source.js';
export { loadStudy, parseStudy } from './study.js';
