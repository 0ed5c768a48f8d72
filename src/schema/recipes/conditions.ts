/** Conditions of a study, checked against the columns of the source that they are about. */
import {
  type Column,
  type Condition,
  ConditionError,
  parseCondition,
  parseConditionOnAnyColumns,
} from '../../conditions/index.js';
import type { Problem } from '../problems.js';
import type { StudyPath } from '../text.js';
import type { Written } from './inherit.js';

/** Signals that every source has, given the names of the study's language models. */
export type KnownSignals = (languageModels: readonly string[]) => Promise<readonly Column[]>;

export class Conditions {
  readonly problems: Problem[] = [];
  private readonly parsed = new Map<string, Promise<Condition>>();
  private signals: Promise<readonly Column[]> | undefined;

  /** @param own names of the columns that each source carries along; their types are in the data */
  constructor(
    private readonly known: KnownSignals,
    private readonly languageModels: readonly string[],
    private readonly own: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** Canonical SQL of what the ANDs of `written` join, in order and each once; what is wrong becomes a problem. */
  async of(source: string, written: readonly Written[]): Promise<string[]> {
    const parts: string[] = [];
    for (const { sql, path } of written) {
      const condition = await this.parse(source, sql).catch((error: unknown) => {
        const { problem } = error as ConditionError;
        this.report(error, path, this.isOfAnother(source, problem) ? ` in source "${source}"` : '');
      });
      parts.push(...(condition?.parts.map((part) => part.sql) ?? []));
    }
    return [...new Set(parts)];
  }

  /** A source's own condition on its rows, whose columns only the files know. */
  async checkRows({ sql, path }: Written): Promise<void> {
    await parseConditionOnAnyColumns(sql).catch((error: unknown) => this.report(error, path, ''));
  }

  /** All that a condition on `source` may name. */
  async columnsOf(source: string): Promise<readonly Column[]> {
    this.signals ??= this.known(this.languageModels);
    return [...(await this.signals), ...(this.own.get(source) ?? []).map((name) => ({ name }))];
  }

  private report(error: unknown, path: StudyPath, where: string): void {
    if (!(error instanceof ConditionError)) throw error;
    const { problem, position, details } = error;
    const { expected, got, fix } = details;
    this.problems.push({
      path,
      offset: position,
      problem: problem + where,
      ...(expected && { expected }),
      ...(got && { got }),
      ...(fix && { fix }),
    });
  }

  /** Whether the problem names a column that another source has. */
  private isOfAnother(source: string, problem: string): boolean {
    return [...this.own].some(
      ([other, columns]) => other !== source && columns.some((name) => problem.includes(`"${name}"`)),
    );
  }

  private parse(source: string, sql: string): Promise<Condition> {
    // Sources with the same columns share the work: a preset of 13 conditions stands in many recipes.
    const key = JSON.stringify([this.own.get(source) ?? [], sql]);
    let parsed = this.parsed.get(key);
    if (parsed === undefined) {
      parsed = this.columnsOf(source).then((columns) => parseCondition(sql, columns));
      this.parsed.set(key, parsed);
    }
    return parsed;
  }
}
