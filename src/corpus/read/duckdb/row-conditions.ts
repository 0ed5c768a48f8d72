/** A condition over rows that were read elsewhere: each row's values have the types that they have in that row. */
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { ColumnValue } from '../../../records.js';
import { sqlName } from '../../../store/index.js';
import { untypedValue } from '../fields.js';
import type { Condition, ConditionValue } from './messages.js';

const typeNames = { string: 'VARCHAR', number: 'DOUBLE', boolean: 'BOOLEAN' } as const;
const listTypes: Record<string, ReturnType<typeof LIST>> = {
  VARCHAR: LIST(VARCHAR),
  DOUBLE: LIST(DOUBLE),
  BOOLEAN: LIST(BOOLEAN),
};
/** Rows of one query. */
const rowsPerQuery = 1024;

/**
 * JSON gives no types to columns, only to values, so rows are asked about in groups of equal types: whether a row is
 * taken depends on nothing but the row.
 */
export class RowConditions {
  private readonly prepared = new Map<string, Promise<DuckDBPreparedStatement | string>>();

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly condition: Condition,
    private readonly untyped: boolean,
  ) {}

  async evaluate(rows: ColumnValue[][]): Promise<ConditionValue[]> {
    if (!this.untyped) return this.byTypes(rows);
    const typed = rows.map((row) => row.map((value) => untypedValue(String(value ?? ''))));
    const values = await this.byTypes(typed);
    // What looks like a number may be meant as text: `title LIKE '19%'`.
    const failed = values.flatMap((value, i) => (typeof value === 'string' ? [i] : []));
    const asText = await this.byTypes(failed.map((i) => rows[i]!));
    failed.forEach((i, k) => {
      values[i] = asText[k]!;
    });
    return values;
  }

  private async byTypes(rows: ColumnValue[][]): Promise<ConditionValue[]> {
    const groups = new Map<string, number[]>();
    rows.forEach((row, i) => {
      const types = row
        .map((value) => (value === null ? 'NULL' : typeNames[typeof value as 'string']))
        .join();
      const group = groups.get(types);
      if (group === undefined) groups.set(types, [i]);
      else group.push(i);
    });
    const values: ConditionValue[] = new Array(rows.length).fill(null);
    for (const [types, all] of groups) {
      for (let from = 0; from < all.length; from += rowsPerQuery) {
        const group = all.slice(from, from + rowsPerQuery);
        const answers = await this.ofEqualTypes(
          types,
          group.map((i) => rows[i]!),
        );
        group.forEach((i, k) => {
          values[i] = answers[k]!;
        });
      }
    }
    return values;
  }

  private async ofEqualTypes(types: string, rows: ColumnValue[][]): Promise<ConditionValue[]> {
    let query = this.prepared.get(types);
    if (query === undefined) {
      query = this.prepare(types.split(','));
      this.prepared.set(types, query);
    }
    const statement = await query;
    if (typeof statement === 'string') return rows.map(() => statement);
    try {
      return await this.run(statement, types.split(','), rows);
    } catch (error) {
      // One row that cannot be converted fails them all: which one it is shows when each is asked alone.
      if (rows.length === 1) return [(error as Error).message];
      const answers: ConditionValue[] = [];
      for (const row of rows) answers.push(...(await this.ofEqualTypes(types, [row])));
      return answers;
    }
  }

  /** A list of values for each field, side by side; or why the condition does not go with these types. */
  private async prepare(types: string[]): Promise<DuckDBPreparedStatement | string> {
    const { sql, fields } = this.condition;
    const columns = fields.map((field, i) =>
      types[i] === 'NULL'
        ? `NULL AS ${sqlName(field)}`
        : `unnest(CAST($list${i} AS ${types[i]}[])) AS ${sqlName(field)}`,
    );
    const rows = `SELECT unnest(range(CAST($rows AS BIGINT))) AS assay_row${columns.map((c) => `, ${c}`).join('')}`;
    try {
      return await this.connection.prepare(
        `SELECT CAST((${sql}) AS BOOLEAN) FROM (${rows}) ORDER BY assay_row`,
      );
    } catch (error) {
      return (error as Error).message;
    }
  }

  private async run(
    statement: DuckDBPreparedStatement,
    types: string[],
    rows: ColumnValue[][],
  ): Promise<ConditionValue[]> {
    const lists = types.flatMap((type, i) =>
      type === 'NULL'
        ? []
        : [{ name: `list${i}`, type: listTypes[type]!, values: rows.map((row) => row[i]!) }],
    );
    statement.bind(
      {
        rows: rows.length,
        ...Object.fromEntries(lists.map(({ name, values }) => [name, listValue(values)])),
      },
      Object.fromEntries(lists.map(({ name, type }) => [name, type])),
    );
    const answers = await statement.runAndReadAll();
    return answers.getRowsJS().map(([value]) => value as boolean | null);
  }
}
