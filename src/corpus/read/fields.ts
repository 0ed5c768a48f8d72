/** Which fields of a row are read, and what their values become. */
import type { ColumnValue, SourceSpec } from '../../records.js';

/** What a reader takes from each row. A field is a name, or `a.b` for field b inside field a. */
export interface Fields {
  text: string;
  /** Fields of the source's columns, in their order. */
  columns: string[];
  /** Fields that the source's `where` looks at. */
  condition: string[];
}

export function fieldsOf(source: SourceSpec, condition: string[] = []): Fields {
  return { text: source.text, columns: Object.values(source.columns ?? {}), condition };
}

/** A name that a row has as it stands goes before its reading as a path. Undefined: the row has no such field. */
export function fieldAt(row: object, field: string): unknown {
  if (Object.hasOwn(row, field)) return (row as Record<string, unknown>)[field];
  if (!field.includes('.')) return undefined;
  let value: unknown = row;
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/**
 * A parsed JSON value as a column holds it; what a row does not have is null.
 * @throws RangeError for a value nested too deep to be written
 */
export function columnValue(value: unknown): ColumnValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return wellFormed(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A lone surrogate (a `\ud800` escape) has no UTF-8 form: replaced here, so that every later stage sees the same. */
export function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

/** For messages: the fields that there are. */
export function fieldNames(names: readonly string[]): string {
  if (names.length === 0) return 'no fields';
  const shown = names.slice(0, 8).map((name) => `"${name.slice(0, 40)}"`);
  return `the fields ${shown.join(', ')}${names.length > 8 ? `, … (${names.length} in all)` : ''}`;
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A value of a format without types: numbers, true and false are read as JSON writes them, nothing is null. */
export function untypedValue(value: string): ColumnValue {
  if (value === '') return null;
  if (value === 'true' || value === 'false') return value === 'true';
  return value.length <= 400 && jsonNumber.test(value) ? Number(value) : value;
}
