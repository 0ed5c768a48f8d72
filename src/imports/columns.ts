/** Where in a row of one file each thing stands, found once by the fields of its first row. */
import { fieldAt } from '../corpus/index.js';
import { AssayError } from '../errors.js';
import { didYouMean } from '../suggest.js';
import { identity, type Mapping, matches, usualNames } from './mapping.js';

export interface Columns {
  /** Field by name, for all but the metrics; what stands neither here nor in the constants is not known. */
  fields: Map<string, string>;
  constants: Mapping['constants'];
  /** Undefined where `metric` and `value` are fields of their own. */
  isMetric?: (field: string) => boolean;
}

/** @throws AssayError naming what the file lacks */
export function findColumns(row: Record<string, unknown>, mapping: Mapping, file: string): Columns {
  const fields = new Map<string, string>();
  for (const [name, field] of Object.entries(mapping.columns)) {
    if (fieldOf(row, field) === undefined)
      throw lacking(file, `no field "${field}" for \`${name}\``, row, field);
    fields.set(name, field);
  }
  for (const [name, usual] of Object.entries(usualNames)) {
    const field = usual.find((each) => Object.hasOwn(row, each));
    if (field !== undefined && !fields.has(name) && !(name in mapping.constants)) fields.set(name, field);
  }
  const { constants } = mapping;
  const columns = { fields, constants };
  const required = mapping.metrics.length > 0 ? ['recipe', 'model'] : ['recipe', 'model', 'metric', 'value'];
  for (const name of required) {
    if (!fields.has(name) && !(name in constants))
      throw lacking(file, `nothing says the ${name} of a run`, row);
  }
  if (mapping.metrics.length === 0) return columns;
  const known = new Map<string, boolean>();
  const isMetric = (field: string) => {
    const isKnown = known.get(field) ?? matches(field, mapping.metrics);
    known.set(field, isKnown);
    return isKnown;
  };
  if (!Object.keys(row).some(isMetric))
    throw lacking(file, `no field is a metric by ${mapping.metrics.join(', ')}`, row);
  return { ...columns, isMetric };
}

/** Names of fields and constants that are hyperparameters. */
export function hyperparametersOf({ fields, constants }: Columns): string[] {
  const names = new Set([...fields.keys(), ...Object.keys(constants)]);
  for (const name of identity) names.delete(name);
  return [...names];
}

/** The value at a name or path; a text on the way that holds JSON is opened. */
export function fieldOf(row: object, field: string): unknown {
  const value = fieldAt(row, field);
  const dot = field.indexOf('.');
  if (value !== undefined || dot < 0) return value;
  const outer = fieldAt(row, field.slice(0, dot));
  if (typeof outer !== 'string' || !outer.trimStart().startsWith('{')) return undefined;
  try {
    return fieldOf(JSON.parse(outer) as object, field.slice(dot + 1));
  } catch {
    return undefined;
  }
}

function lacking(file: string, problem: string, row: object, field?: string): AssayError {
  const names = Object.keys(row);
  const nearest = field === undefined ? undefined : didYouMean(field, names);
  return new AssayError(file, problem, {
    got: `the fields ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
    fix:
      nearest ??
      'Name the field with `--column name=field`, or say it for all rows with `--constant name=value`.',
  });
}
