/**
 * From the text of a condition to canonical SQL that can be trusted: DuckDB parses it, every node of the parse is held
 * to a closed list, and DuckDB's own binder checks the types. What is run later is printed from the checked parse,
 * never the text that was written.
 */
import { ConditionError } from './error.js';
import { type Expression, parseExpression, printExpression } from './syntax-tree.js';
import { type Column, checkTypes } from './types.js';
import { checkedOperands } from './walk.js';

export interface ConditionPart {
  /** In DuckDB's spelling, without brackets around it. */
  sql: string;
  /** That it reads, by name. */
  columns: string[];
}

export interface Condition extends ConditionPart {
  /** What AND joins, from left to right; the condition itself when nothing is joined. */
  parts: ConditionPart[];
}

const mostCharacters = 10_000;

/**
 * @param sql such as `dup_5gram_chars <= 0.08 AND language = 'en'`
 * @param columns that a document has; names are matched without regard to case, as DuckDB does
 * @throws ConditionError for text that is no condition, an unknown column (with the nearest known one), anything that
 *   is not on the list of what a condition may do, and values that do not go together
 */
export async function parseCondition(sql: string, columns: readonly Column[]): Promise<Condition> {
  if (sql.trim() === '') throw new ConditionError(sql, 0, 'the condition is empty');
  if (sql.length > mostCharacters)
    throw new ConditionError(sql, 0, 'the condition is too long', {
      expected: `at most ${mostCharacters} characters`,
      got: String(sql.length),
    });
  // DuckDB's parser ends at a NUL without a word.
  const control = [...sql].findIndex((c) => c < ' ' && !'\t\n\r'.includes(c));
  if (control >= 0) throw new ConditionError(sql, control, 'a control character in the condition');

  const comment = commentIn(sql);
  if (comment !== undefined)
    throw new ConditionError(sql, comment, 'a comment is not allowed in a condition', {
      fix: 'Write it as a YAML comment: lines that YAML joins would all belong to this one.',
    });

  const root = await parseExpression(sql);
  const operands = checkedOperands(sql, root, columns);
  await checkTypes(sql, root, operands, usedBy(root, columns));
  const part = async (expression: Expression): Promise<ConditionPart> => ({
    sql: await printExpression(expression),
    columns: usedBy(expression, columns).map(({ name }) => name),
  });
  const whole = await part(root);
  const joined = conjuncts(root);
  return { ...whole, parts: joined.length === 1 ? [whole] : await Promise.all(joined.map(part)) };
}

/** The columns that an expression reads, in the order of `columns`. */
function usedBy(expression: Expression, columns: readonly Column[]): Column[] {
  const used = new Set<string>();
  JSON.stringify(expression, (_key, value) => {
    if (value?.class === 'COLUMN_REF') used.add((value.column_names as string[])[0]!);
    return value;
  });
  return columns.filter(({ name }) => used.has(name));
}

function conjuncts(expression: Expression): Expression[] {
  if (expression.type !== 'CONJUNCTION_AND') return [expression];
  return (expression.children as Expression[]).flatMap(conjuncts);
}

/** Where a comment starts outside of quotes. */
function commentIn(sql: string): number | undefined {
  const found = /^(?:[^'"/-]|'[^']*'|"[^"]*"|\/(?!\*)|-(?!-))*(?=--|\/\*)/.exec(sql);
  return found?.[0].length;
}
