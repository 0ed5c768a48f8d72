/** DuckDB's own parse of an expression, and the way back to SQL: `json_serialize_sql` and `json_deserialize_sql`. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDuckDb } from '../store/index.js';
import { ConditionError } from './error.js';

/** An expression as DuckDB serialises it; which other fields it has depends on its class. */
export interface Expression {
  class: string;
  type: string;
  alias: string;
  /** Byte in the query, or beyond it when there is none. */
  query_location: number;
  [field: string]: unknown;
}

/** What may stand beside the expression in a SELECT, as it is when nothing does. */
const bareSelect = {
  type: 'SELECT_NODE',
  modifiers: [],
  cte_map: { map: [] },
  from_table: { type: 'EMPTY' },
  where_clause: null,
  group_expressions: [],
  group_sets: [],
  aggregate_handling: 'STANDARD_HANDLING',
  having: null,
  sample: null,
  qualify: null,
};

type Select = { select_list: Expression[]; from_table: { type: string } } & Record<string, unknown>;
type Parsed =
  | { error: true; error_message: string; position?: string }
  | { error: false; statements: { node: Select }[] };

const prefix = 'SELECT ';
/** Marks a number that must have a point; no text of a condition holds a NUL. */
const wholeFloat = '\0';
const wholeFloatInJson = '\\\\u0000';
let opened: Promise<DuckDBConnection> | undefined;

/** One database for all conditions of the process: it holds nothing, and its queries read nothing. */
export function parserDatabase(): Promise<DuckDBConnection> {
  opened ??= openDuckDb();
  return opened;
}

/** @throws ConditionError when `sql` is not exactly one expression */
export async function parseExpression(sql: string): Promise<Expression> {
  const json = (await scalar('SELECT json_serialize_sql($1::VARCHAR)', `${prefix}${sql}`)) as string;
  const parsed = parsedJson(sql, json);
  if (parsed.error) {
    const position = Math.min(positionOf(sql, Number(parsed.position ?? 0)), sql.length);
    if (parsed.error_message.startsWith('Only SELECT')) throw moreThanACondition(sql);
    throw new ConditionError(sql, position, parsed.error_message);
  }
  const [statement, ...more] = parsed.statements;
  if (statement === undefined || more.length > 0) throw moreThanACondition(sql);
  const { select_list, ...rest } = statement.node;
  const [expression, ...others] = select_list ?? [];
  const bare = Object.entries(bareSelect).every(([key, value]) =>
    key === 'from_table'
      ? rest.from_table?.type === 'EMPTY'
      : JSON.stringify(rest[key]) === JSON.stringify(value),
  );
  if (expression === undefined || others.length > 0 || !bare || expression.alias !== '')
    throw moreThanACondition(sql);
  return expression;
}

/** DuckDB writes a number that is too large as `Infinity`, which JSON does not have. */
function parsedJson(sql: string, json: string): Parsed {
  try {
    return JSON.parse(json) as Parsed;
  } catch {
    const digits = /\d[\d.]*e\+?\d{3,}|\d{309,}/i.exec(sql);
    throw new ConditionError(sql, digits?.index ?? 0, 'a number that is too large', {
      expected: 'at most about 1.8e308',
    });
  }
}

function moreThanACondition(sql: string): ConditionError {
  const expected = 'one expression that is true or false for a document, such as words >= 50';
  return new ConditionError(sql, 0, 'more than a condition', { expected });
}

/** The expression in DuckDB's own spelling, without the brackets around the whole. */
export async function printExpression(expression: Expression): Promise<string> {
  const statement = { error: false, statements: [{ node: { ...bareSelect, select_list: [expression] } }] };
  const json = JSON.stringify(statement, (key, value) => {
    // Places in the query have no meaning in the new one, and "none" is a number that JavaScript cannot hold.
    if (key === 'query_location') return 0;
    // DuckDB asks for a point in a whole float64, which JSON.stringify leaves out.
    const whole = value?.type?.id === 'DOUBLE' && Number.isSafeInteger(value.value);
    return whole ? { ...value, value: `${wholeFloat}${value.value}` } : value;
  }).replace(new RegExp(`"${wholeFloatInJson}(-?\\d+)"`, 'g'), '$1.0');
  const sql = (await scalar('SELECT json_deserialize_sql($1::JSON)', json)) as string;
  return withoutBrackets(sql.slice(prefix.length));
}

/** Index in `sql` of a place that DuckDB gives in bytes of the query. */
export function positionOf(sql: string, location: number): number {
  if (!Number.isSafeInteger(location)) return 0;
  const bytes = Buffer.from(`${prefix}${sql}`).subarray(0, location);
  return Math.max(0, bytes.toString('utf8').length - prefix.length);
}

async function scalar(query: string, argument: string): Promise<unknown> {
  const database = await parserDatabase();
  const reader = await database.runAndReadAll(query, [argument]);
  return reader.getRows()[0]![0];
}

/** Takes away brackets that enclose all of `sql`; those inside of quotes do not count. */
function withoutBrackets(sql: string): string {
  if (!sql.startsWith('(') || !sql.endsWith(')')) return sql;
  let depth = 0;
  let quote: string | undefined;
  for (const [i, c] of [...sql].entries()) {
    if (quote !== undefined) {
      if (c === quote) quote = undefined;
    } else if (c === "'" || c === '"') quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0 && i < [...sql].length - 1) return sql;
  }
  return sql.slice(1, -1);
}
