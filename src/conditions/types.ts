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
    const position = positionOf(sql, node.query_location);
    const fail = (problem: string, details = {}): never => {
      throw new ConditionError(sql, position, problem, details);
    };
    const values = operands.filter((operand) => !isNull(operand));
    const kinds: string[] = [];
    for (const value of values) {
      kinds.push(plainKind(value, columns) ?? (await boundKind(sql, position, value, columns)));
    }
    const what = async (i: number) => `${await printExpression(values[i]!)} is ${kinds[i]}`;
    if (must === 'be true or false') {
      const other = kinds.findIndex((kind) => kind !== 'true or false');
      if (other >= 0) fail(await what(other), { expected: 'true or false, such as a comparison' });
    } else {
      const other = kinds.findIndex((kind) => kind !== kinds[0]);
      if (other >= 0)
        fail(`${await what(0)}, and ${await what(other)}`, {
          fix: 'Compare like with like, or CAST one of them.',
        });
    }
  }
  // What is inside of functions and casts is for the binder to judge, wherever it stands.
  if (!isPlain(root)) await boundKind(sql, 0, root, columns);
}

/** The kind of a value that shows on its face; undefined for what only the binder knows. */
function plainKind(node: Expression, columns: readonly Column[]): string | undefined {
  const named = (type: string) => kindOf(type) ?? type;
  switch (node.class) {
    case 'COLUMN_REF':
      return named(columns.find(({ name }) => name === (node.column_names as string[])[0])!.type!);
    case 'CONSTANT':
      return named((node.value as { type: { id: string } }).type.id);
    case 'COMPARISON':
    case 'BETWEEN':
    case 'CONJUNCTION':
      return 'true or false';
    case 'OPERATOR':
      return ['OPERATOR_COALESCE', 'OPERATOR_NULLIF'].includes(node.type) ? undefined : 'true or false';
    default:
      return undefined;
  }
}

/** Whether nothing in it has a type of its own making. */
function isPlain(node: Expression): boolean {
  let plain = true;
  JSON.stringify(node, (_key, value) => {
    const made = ['FUNCTION', 'CAST', 'CASE'].includes(value?.class);
    if (made || value?.type === 'OPERATOR_COALESCE' || value?.type === 'OPERATOR_NULLIF') plain = false;
    return value;
  });
  return plain;
}

/** The kind of an expression over one row of nulls, which also finds constants that cannot be what they are cast to. */
async function boundKind(
  sql: string,
  position: number,
  node: Expression,
  columns: readonly Column[],
): Promise<string> {
  const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${sqlName(name)}`);
  const row = nulls.length === 0 ? 'SELECT 1 AS one' : `SELECT ${nulls.join(', ')}`;
  const database = await parserDatabase();
  const query = `SELECT ${await printExpression(node)} FROM (${row})`;
  const reader = await database.runAndReadAll(query).catch((error: Error) => {
    // The first line says what; the others show a query that nobody wrote.
    const problem = error.message.split('\n')[0]!.replace(/^(\w+ )+Error: /, '');
    throw new ConditionError(sql, position, problem);
  });
  const type = String(reader.columnTypes()[0]);
  return kindOf(type) ?? type;
}

function isNull(node: Expression): boolean {
  return node.class === 'CONSTANT' && (node.value as { is_null: boolean }).is_null;
}
