/** A row as what it says of a run: points of metrics at a step, or the reason why it says nothing. */
import type { Hyperparameters } from '../records.js';
import { type Columns, fieldOf } from './columns.js';

/** One or more points of one run. */
export interface RunPoints {
  recipe: string;
  model: string;
  seed: string;
  hyperparameters: Hyperparameters;
  step: number;
  /** NaN: the run had diverged. */
  values: [metric: string, value: number][];
}

/** A row that cannot be used, caught where rows are read. The reason's kind stands before its first comma. */
class BadRow extends Error {}

/** @param hyperparameters names of the columns that are hyperparameters */
export function readRow(
  row: Record<string, unknown>,
  columns: Columns,
  hyperparameters: readonly string[],
): RunPoints | { reason: string } {
  const at = (name: string) =>
    columns.fields.has(name) ? fieldOf(row, columns.fields.get(name)!) : columns.constants[name];
  try {
    const recipe = asText('recipe', at('recipe'));
    const model = asText('model', at('model'));
    const seed = isMissing(at('seed')) ? '0' : asText('seed', at('seed'));
    const step = isMissing(at('step')) ? 0 : asNumber('step', at('step'));
    if (!(step >= 0)) throw new BadRow(`step is negative, expected 0 or more, got ${step}`);
    const chosen: Hyperparameters = {};
    for (const name of hyperparameters) {
      const value = at(name);
      if (!isMissing(value)) chosen[name] = asNumber(name, value);
    }
    const values = columns.isMetric
      ? wideValues(row, columns.isMetric)
      : [[asText('metric', at('metric')), asValue(at('value'))] as [string, number]];
    return { recipe, model, seed, hyperparameters: chosen, step, values };
  } catch (error) {
    if (error instanceof BadRow) return { reason: error.message };
    throw error;
  }
}

/** An empty cell is a metric that was not measured there. */
function wideValues(row: Record<string, unknown>, isMetric: (field: string) => boolean): [string, number][] {
  return Object.keys(row)
    .filter((field) => isMetric(field) && !isMissing(row[field]))
    .map((field) => [field, asValue(row[field])]);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function asText(name: string, value: unknown): string {
  const isName = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  const text = isName ? String(value).trim() : '';
  if (text === '') throw new BadRow(`${name} is missing, expected a text or a number, got ${shown(value)}`);
  return text;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function asNumber(name: string, value: unknown): number {
  const number = numberOf(value);
  if (number === undefined || !Number.isFinite(number))
    throw new BadRow(`${name} is not a number, expected a finite number, got ${shown(value)}`);
  return number;
}

/** Loss that is not a number any more, as trainers write it. */
const diverged = /^[+-]?(nan|inf|infinity)$/i;

function asValue(value: unknown): number {
  if (typeof value === 'string' && diverged.test(value.trim())) return Number.NaN;
  const number = numberOf(value);
  if (number === undefined) throw new BadRow(`value is not a number, expected a number, got ${shown(value)}`);
  return Number.isFinite(number) ? number : Number.NaN;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && decimal.test(value.trim()) ? Number(value) : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
