/** How the fields that are asked for are read from a table of known columns, as SQL. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlName } from '../../../store/index.js';
import { Refused } from './messages.js';

/** Type of each column by its name. */
export type Schema = Map<string, string>;

export async function schemaOf(connection: DuckDBConnection, from: string): Promise<Schema> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
  return new Map(described.getRowsJS().map((row) => [String(row[0]), String(row[1])]));
}

/**
 * A column that is named so, or else field b inside column a.
 * @throws Refused
 */
export function fieldSql(field: string, schema: Schema): string {
  if (schema.has(field)) return sqlName(field);
  const path = field.split('.');
  if (path.length > 1 && schema.get(path[0]!)?.startsWith('STRUCT')) return path.map(sqlName).join('.');
  throw new Refused({ what: 'no column', field, names: [...schema.keys()] });
}

/** A value as columns hold it, by its type: number, text, true or false; anything nested is JSON text. */
export function valueSql(expression: string, type: string): string {
  if (type === 'VARCHAR' || type === 'BOOLEAN') return expression;
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/.test(type))
    return `CAST(${expression} AS DOUBLE)`;
  return isNested(type) ? `CAST(to_json(${expression}) AS VARCHAR)` : `CAST(${expression} AS VARCHAR)`;
}

export function isNested(type: string): boolean {
  return type.endsWith(']') || /^(STRUCT|MAP|UNION|JSON|VARIANT)/.test(type);
}

/** Types of expressions over a table. */
export async function typesOf(
  connection: DuckDBConnection,
  expressions: readonly string[],
  from: string,
): Promise<string[]> {
  if (expressions.length === 0) return [];
  const named = expressions.map((expression, i) => `${expression} AS c${i}`);
  const described = await connection.runAndReadAll(`DESCRIBE SELECT ${named.join(', ')} FROM ${from}`);
  return described.getRowsJS().map((row) => String(row[1]));
}
