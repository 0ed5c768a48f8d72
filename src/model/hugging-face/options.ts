/** A `config.json` as it is read: every option by name, every one that the models here lack refused. */
import { AssayError } from '../../errors.js';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export class Options {
  /** @param path of the file, for messages */
  constructor(
    private readonly path: string,
    private readonly values: Json,
  ) {}

  /** As it stands; undefined when it is absent or null. */
  get(name: string): unknown {
    return this.values[name] ?? undefined;
  }

  /** A number; `otherwise` when it is absent or null. */
  number(name: string, otherwise?: number): number {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== 'number') throw this.problem(name, 'a number', value);
    return value;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== 'boolean') throw this.problem(name, 'true or false', value);
    return value;
  }

  /** An object inside; undefined when it is absent or null. */
  object(name: string): Options | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.problem(name, 'an object', value);
    return new Options(`${this.path}: ${name}`, value);
  }

  /** Refuses other values than these; one that is absent is the library's default, which they are. */
  require(fixed: Json): void {
    for (const [name, expected] of Object.entries(fixed)) {
      const value = this.get(name) ?? expected;
      if (value !== expected) throw this.problem(name, JSON.stringify(expected), value);
    }
  }

  problem(name: string, expected: string, got: unknown): AssayError {
    return new AssayError(`${this.path}: ${name}`, 'not a model that is read', {
      expected,
      got: got === undefined ? 'nothing' : JSON.stringify(got),
      fix: 'Use another model.',
    });
  }
}
