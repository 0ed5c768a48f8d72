/** Conditions: SQL about one document, parsed by DuckDB and held to a closed list of what it may do. */
export { parseConditionOnAnyColumns } from './any-columns.js';
export { ConditionError } from './error.js';
export { type Condition, type ConditionPart, parseCondition } from './parse.js';
export type { Column } from './types.js';
