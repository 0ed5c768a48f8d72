/** Conditions of a study, checked against the columns of the source that they are about. */
import { type Column, type Condition, ConditionError, parseCondition } from '../../conditions/index.js';
import type { Problem } from '../problems.js';
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
      try {
        const condition = await this.parse(source, sql);
        parts.push(...condition.parts.map((part) => part.sql));
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error;
        const { problem, position, details } = error;
        const { expected, got, fix } = details;
        this.problems.push({
          path,
          offset: position,
          problem: this.isOfAnother(source, problem) ? `${problem} in source "${source}"` : problem,
          ...(expected && { expected }),
          ...(got && { got }),
          ...(fix && { fix }),
        });
      }
    }
    return [...new Set(parts)];
  }

  /** All that a condition on `source` may name. */
  async columnsOf(source: string): Promise<readonly Column[]> {
    this.signals ??= this.known(this.languageModels);
    return [...(await this.signals), ...(this.own.get(source) ?? []).map((name) => ({ name }))];
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
