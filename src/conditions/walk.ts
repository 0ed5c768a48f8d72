/** The closed list at work: every node of a parse is named and allowed, or the condition is refused. */
import { didYouMean, suggest } from '../suggest.js';
import { allowedFunctions, allowedOperators, allowedTypes, refusedClasses } from './allowed.js';
import { ConditionError } from './error.js';
import { type Expression, positionOf } from './syntax-tree.js';
import type { Column, Operands } from './types.js';

const allowedNodes = [
  ...['OPERATOR_NOT', 'OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL', 'OPERATOR_COALESCE', 'OPERATOR_NULLIF'],
  ...['COMPARE_IN', 'COMPARE_NOT_IN'],
];

/**
 * Checks a parse and gives its columns the spelling that their tables have.
 * @returns the operands whose types must agree, the innermost first
 * @throws ConditionError
 */
export function checkedOperands(sql: string, root: Expression, columns: readonly Column[]): Operands[] {
  const walk = new Walk(sql, columns);
  walk.visit(root);
  return walk.operands;
}

class Walk {
  readonly operands: Operands[] = [];
  private readonly names: Map<string, string>;

  constructor(
    private readonly sql: string,
    private readonly columns: readonly Column[],
  ) {
    this.names = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
  }

  visit(node: Expression): void {
    const refused = refusedClasses[node.class];
    if (refused !== undefined) this.refuse(node, `${refused} is not allowed in a condition`);
    if (node.alias !== '')
      this.refuse(node, `a name for a value ("${node.alias}") is not allowed in a condition`);
    const children = this.childrenOf(node);
    for (const child of children) this.visit(child);
    if (node.class === 'CASE') {
      const [whens, results] = branchesOf(node);
      this.operands.push({ node, must: 'be true or false', operands: whens });
      this.operands.push({ node, must: 'agree', operands: results });
    } else if (node.type.startsWith('COMPARE_')) {
      this.operands.push({ node, must: 'agree', operands: children });
    } else if (node.class === 'CONJUNCTION' || node.type === 'OPERATOR_NOT') {
      this.operands.push({ node, must: 'be true or false', operands: children });
    }
  }

  private childrenOf(node: Expression): Expression[] {
    switch (node.class) {
      case 'COLUMN_REF':
        this.nameColumn(node);
        return [];
      case 'CONSTANT':
        this.checkConstant(node);
        return [];
      case 'COMPARISON':
        return [node.left, node.right] as Expression[];
      case 'BETWEEN':
        return [node.input, node.lower, node.upper] as Expression[];
      case 'CONJUNCTION':
        return node.children as Expression[];
      case 'OPERATOR':
        this.checkOperator(node);
        return node.children as Expression[];
      case 'CASE':
        return branchesOf(node).flat();
      case 'CAST':
        this.checkCast(node);
        return [node.child as Expression];
      case 'FUNCTION':
        this.checkFunction(node);
        return node.children as Expression[];
      default:
        return this.refuse(node, `${node.class.toLowerCase()} is not allowed in a condition`);
    }
  }

  /** Gives the column the spelling that its tables have. */
  private nameColumn(node: Expression): void {
    const path = node.column_names as string[];
    const known = path.length === 1 ? this.names.get(path[0]!.toLowerCase()) : undefined;
    if (known === undefined) {
      const name = path.join('.');
      const fix = didYouMean(
        name,
        this.columns.map((column) => column.name),
      );
      this.refuse(node, `no column is named "${name}"`, fix === undefined ? {} : { fix });
    }
    node.column_names = [known];
  }

  private checkConstant(node: Expression): void {
    const { type, value, is_null } = node.value as { type: { id: string }; value: unknown; is_null: boolean };
    if (is_null) return;
    if (!['number', 'string', 'boolean'].includes(typeof value) || type.id === 'HUGEINT')
      this.refuse(node, `a constant of type ${type.id} is not allowed in a condition`);
    // The parse comes as JSON, which is read with float64 numbers.
    if (typeof value === 'number' && type.id !== 'DOUBLE' && !Number.isSafeInteger(value))
      this.refuse(node, 'a number has too many digits', { expected: 'at most 15' });
  }

  private checkOperator(node: Expression): void {
    if (allowedNodes.includes(node.type)) return;
    this.refuse(node, `${node.type.toLowerCase().replaceAll('_', ' ')} is not allowed in a condition`);
  }

  private checkCast(node: Expression): void {
    const { id, type_info } = node.cast_type as { id: string; type_info: { type: string } | null };
    const plain = type_info === null || type_info.type === 'DECIMAL_TYPE_INFO';
    if (allowedTypes.includes(id) && plain) return;
    this.refuse(node, 'a cast to this type is not allowed in a condition', {
      expected: allowedTypes.join(', '),
      got: id,
    });
  }

  private checkFunction(node: Expression): void {
    const name = String(node.function_name).toLowerCase();
    const own = ['', 'main'].includes(String(node.schema)) && node.catalog === '';
    const orders = (node.order_bys as { orders?: unknown[] } | null)?.orders ?? [];
    const plain = node.filter === null && orders.length === 0 && !node.distinct && !node.export_state;
    const known = [...allowedFunctions, ...allowedOperators].includes(name);
    if (own && plain && known) return;
    const what = node.is_operator ? `the operator ${name}` : `the function "${name}"`;
    if (known) this.refuse(node, `${what} is not allowed in this form`);
    const meant = suggest(name, allowedFunctions);
    this.refuse(node, `${what} is not allowed in a condition`, {
      expected: 'what follows from the row alone, such as round, length or contains',
      ...(meant !== undefined && { fix: `Did you mean "${meant}"?` }),
    });
  }

  private refuse(
    node: Expression,
    problem: string,
    details: { expected?: string; got?: string; fix?: string } = {},
  ): never {
    throw new ConditionError(this.sql, positionOf(this.sql, node.query_location), problem, details);
  }
}

/** The conditions of a CASE, and its results. */
function branchesOf(node: Expression): [Expression[], Expression[]] {
  const checks = node.case_checks as { when_expr: Expression; then_expr: Expression }[];
  const results = checks.map(({ then_expr }) => then_expr);
  return [checks.map(({ when_expr }) => when_expr), [...results, node.else_expr as Expression]];
}
