/** The closed list of what a condition may do: operators, functions and types that only look at the document's row. */

/** Numbers to number, texts to number or truth; no randomness, clock, state, files, or results that grow. */
export const allowedFunctions: readonly string[] = [
  ...['abs', 'ceil', 'ceiling', 'floor', 'round', 'trunc', 'sign', 'sqrt', 'cbrt', 'exp', 'ln', 'log'],
  ...['log2', 'log10', 'pow', 'power', 'mod', 'least', 'greatest', 'isnan', 'isinf', 'isfinite', 'nullif'],
  ...['length', 'strlen', 'lower', 'upper', 'trim', 'ltrim', 'rtrim', 'left', 'right', 'substr', 'substring'],
  ...['contains', 'starts_with', 'ends_with', 'prefix', 'suffix', 'position', 'strpos', 'instr'],
  ...['regexp_matches', 'regexp_full_match', 'regexp_extract', 'split_part'],
];

/** Operators that DuckDB parses as functions; LIKE and its kin are among them. */
export const allowedOperators: readonly string[] = [
  ...['+', '-', '*', '/', '//', '%', '**', '^', '||'],
  ...['~~', '!~~', '~~*', '!~~*', '~~~'],
  ...['like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape'],
];

export type Kind = 'a number' | 'text' | 'true or false' | 'a date';

const kinds: Record<string, Kind> = {
  TINYINT: 'a number',
  SMALLINT: 'a number',
  INTEGER: 'a number',
  BIGINT: 'a number',
  HUGEINT: 'a number',
  FLOAT: 'a number',
  DOUBLE: 'a number',
  DECIMAL: 'a number',
  VARCHAR: 'text',
  BOOLEAN: 'true or false',
  DATE: 'a date',
};

/** Types that a value may be cast to. */
export const allowedTypes: readonly string[] = Object.keys(kinds).filter((type) => type !== 'HUGEINT');

/** What a value of a DuckDB type is to a reader; undefined for NULL alone and for types that no condition has. */
export function kindOf(type: string): Kind | undefined {
  return kinds[type.replace(/\(.*/, '')];
}

/** Names of what DuckDB can parse and a condition may not hold, by DuckDB's class of expression. */
export const refusedClasses: Record<string, string> = {
  SUBQUERY: 'a subquery',
  WINDOW: 'a window function',
  STAR: '"*"',
  PARAMETER: 'a parameter',
  LAMBDA: 'a lambda',
  LAMBDA_REF: 'a lambda',
  COLLATE: 'a collation',
  DEFAULT: 'DEFAULT',
  POSITIONAL_REFERENCE: 'a column by its position',
};
