/** What the reading process and its DuckDB child say to each other. Each request has one reply, in order. */
import type { ColumnValue } from '../../../records.js';

export type Request = OpenTable | { kind: 'next' } | OpenCondition | Evaluate;

/** Begins to read a Parquet file; what was open before is closed. */
export interface OpenTable {
  kind: 'open';
  /** Path or address. */
  file: string;
  remote: boolean;
  /** Sent with requests for a remote file. */
  headers?: Record<string, string>;
  text: string;
  columns: string[];
  condition?: Condition;
  /** Longest text and columns of a row together. */
  maximumBytes: number;
}

export interface Condition {
  /** SQL over columns that are named like `fields`. */
  sql: string;
  fields: string[];
}

/** Begins to evaluate a condition; `evaluate` gives it rows. */
export interface OpenCondition {
  kind: 'condition';
  condition: Condition;
  /** All values are texts, of which some may mean a number. */
  untyped: boolean;
}

export interface Evaluate {
  kind: 'evaluate';
  /** Values of the condition's fields, for each row. */
  rows: ColumnValue[][];
}

export type Reply =
  | { kind: 'opened'; filteredFalse: number; filteredNull: number }
  | Batch
  | { kind: 'ready' }
  | { kind: 'values'; values: ConditionValue[] }
  | { kind: 'refused'; problem: Problem };

/** Rows of a table in order, column by column; no rows: the table ends. */
export interface Batch {
  kind: 'rows';
  /** Row in the file, from 1. */
  numbers: number[];
  texts: (string | TextProblem)[];
  columns: ColumnValue[][];
  /** Read from the file since the last reply, as stored. */
  bytesRead: number;
}

export type TextProblem = null | { problem: 'too long' | 'not UTF-8' };

/** A message stands for a row whose values the condition cannot be applied to. */
export type ConditionValue = boolean | null | string;

export type Problem =
  | { what: 'no column'; field: string; names: string[] }
  | { what: 'not text'; field: string; type: string }
  | { what: 'no extension'; message: string }
  | { what: 'condition' | 'memory' | 'file'; message: string };

/** Carries a problem to the reply. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.what);
  }
}
