/** `columns.parquet`: what a source says about its documents itself, carried along beside the signals. */
import { AssayError } from '../../errors.js';
import type { ColumnValues } from '../../store/index.js';
import { type ColumnType, ColumnWriter } from '../../store/index.js';
import type { DocumentHead } from './measure-documents.js';

type Value = string | number | boolean | null;

/** Rows that decide the types of the columns. */
const decidingRows = 50_000;

/** Collects the first rows to learn each column's type, then writes. A later value of another type is an error. */
export class UserColumnWriter {
  types: ColumnType[] | undefined;
  private waiting: DocumentHead[] = [];
  private writer: ColumnWriter | undefined;

  /** @param names the columns in their order, at least one */
  constructor(
    private readonly path: string,
    private readonly names: readonly string[],
  ) {}

  async add(heads: readonly DocumentHead[]): Promise<void> {
    if (this.writer !== undefined) return this.write(heads);
    this.waiting.push(...heads);
    if (this.waiting.length >= decidingRows) await this.begin();
  }

  async finish(): Promise<void> {
    if (this.writer === undefined) await this.begin();
    await this.writer!.finish();
  }

  async abandon(): Promise<void> {
    await this.writer?.abandon();
  }

  private async begin(): Promise<void> {
    const { waiting } = this;
    this.types = this.names.map((name) => ({
      name,
      type: typeOf(waiting.map((head) => columnValue(head, name))),
    }));
    this.writer = new ColumnWriter(this.path, this.types);
    this.waiting = [];
    await this.write(waiting);
  }

  private async write(heads: readonly DocumentHead[]): Promise<void> {
    if (heads.length === 0) return;
    await this.writer!.add(this.types!.map((column) => valuesOf(heads, column)));
  }
}

function columnValue(head: DocumentHead, name: string): Value {
  return head.columns?.[name] ?? null;
}

/** Text where kinds are mixed; numbers and switches only where every value is one. */
function typeOf(values: Value[]): ColumnType['type'] {
  const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  if (kinds.size !== 1) return 'VARCHAR';
  const [kind] = kinds;
  return kind === 'number' ? 'DOUBLE' : kind === 'boolean' ? 'BOOLEAN' : 'VARCHAR';
}

const expectedKind = { DOUBLE: 'number', BIGINT: 'number', BOOLEAN: 'boolean' } as const;

function valuesOf(heads: readonly DocumentHead[], { name, type }: ColumnType): ColumnValues {
  const values = heads.map((head) => {
    const value = columnValue(head, name);
    if (value === null) return null;
    if (type === 'VARCHAR') return String(value);
    if (typeof value === expectedKind[type]) return value;
    throw new AssayError(head.origin, `column "${name}" changes its type`, {
      expected: `a ${expectedKind[type]}, as in the rows before`,
      got: JSON.stringify(value).slice(0, 60),
      fix: 'Correct the row, or leave the column out of `columns:`.',
    });
  });
  if (type === 'DOUBLE' || type === 'BIGINT')
    return Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN);
  return values as (string | boolean | null)[];
}
