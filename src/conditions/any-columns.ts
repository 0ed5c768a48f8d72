/** Conditions on rows whose columns are not known yet: everything else about them is checked. */
import { type Condition, parseCondition } from './parse.js';

/**
 * As `parseCondition`, with every name that the text holds for a column; `"metadata.score"` is one name, in quotes.
 * @throws ConditionError
 */
export function parseConditionOnAnyColumns(sql: string): Promise<Condition> {
  const words = [...sql.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)];
  const names = new Set(words.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare!));
  return parseCondition(
    sql,
    Array.from(names, (name) => ({ name })),
  );
}
