/** Types of a condition, asked of DuckDB's binder: it would compare a number with text, and fail on some row later. */
import { sqlName } from '../store/index.js';
import { kindOf } from './allowed.js';
import { ConditionError } from './error.js';
import { type Expression, parserDatabase, positionOf, printExpression } from './syntax-tree.js';

export interface Column {
  name: string;
  /** DuckDB's name of its type, such as DOUBLE; undefined when only the data know. */
  type?: string;
}

/** Expressions below `node` that must be of one kind. */
export interface Operands {
  node: Expression;
  must: 'agree' | 'be true or false';
  operands: Expression[];
}

/**
 * @param all from the innermost out, so that the message is about the first cause
 * @param columns that the condition reads; nothing is checked when the type of one is not known
 * @throws ConditionError
 */
export async function checkTypes(
  sql: string,
  root: Expression,
  all: readonly Operands[],
  columns: readonly Column[],
): Promise<void> {
  if (columns.some(({ type }) => type === undefined)) return;
  const whole: Operands = { node: root, must: 'be true or false', operands: [root] };
  for (const { node, must, operands } of [...all, whole]) {
    const fail = (problem: string, details = {}): never => {
      throw new ConditionError(sql, positionOf(sql, node.query_location), problem, details);
    };
    const printed = await Promise.all(operands.filter((operand) => !isNull(operand)).map(printExpression));
    if (printed.length === 0) continue;
    const types = await typesOf(printed, columns).catch((error: Error) =>
      // The first line says what; the others show a query that nobody wrote.
      fail(error.message.split('\n')[0]!.replace(/^(\w+ )+Error: /, '')),
    );
    const values = types.map((type, i) => ({ what: printed[i]!, is: kindOf(type) ?? type }));
    if (must === 'be true or false') {
      const other = values.find(({ is }) => is !== 'true or false');
      if (other !== undefined)
        fail(`${other.what} is ${other.is}`, {
          expected: 'true or false, such as a comparison',
        });
    } else {
      const [first] = values;
      const other = values.find(({ is }) => is !== first!.is);
      if (other !== undefined)
        fail(`${first!.what} is ${first!.is}, and ${other.what} is ${other.is}`, {
          fix: 'Compare like with like, or CAST one of them.',
        });
    }
  }
}

/** Types of SQL expressions over one row of nulls, which also finds constants that cannot be what they are cast to. */
async function typesOf(expressions: readonly string[], columns: readonly Column[]): Promise<string[]> {
  const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${sqlName(name)}`);
  const row = nulls.length === 0 ? 'SELECT 1 AS one' : `SELECT ${nulls.join(', ')}`;
  const database = await parserDatabase();
  const reader = await database.runAndReadAll(`SELECT ${expressions.join(', ')} FROM (${row})`);
  return reader.columnTypes().map(String);
}

function isNull(node: Expression): boolean {
  return node.class === 'CONSTANT' && (node.value as { is_null: boolean }).is_null;
}
