/** Files that the mixture commands read besides tables of runs: amounts by domain, sources, and mixtures to export. */
import { parse } from 'yaml';
import { AssayError } from '../errors.js';
import { type Phase, readTable, type Source } from '../mixture/index.js';
import { parseTokens } from '../schema/index.js';
import { readText } from './read-text.js';

/**
 * Tokens or shares by domain: a CSV of `domain,tokens` rows, or JSON or YAML such as `{ "web": "60B", "code": 4e9 }`.
 *
 * @throws AssayError naming the file and the domain whose amount is not a number
 */
export async function readAmounts(file: string): Promise<Map<string, number>> {
  if (/\.csv(\.gz|\.zst)?$/i.test(file)) {
    const { index, columns, numbers } = await readTable(file);
    if (columns.length !== 1)
      throw new AssayError(file, 'more than one number a domain', {
        expected: 'two columns, such as domain,tokens',
        got: `the columns ${columns.join(', ')}`,
      });
    return new Map(index.map((domain, row) => [domain, numbers.values[row]!]));
  }
  return new Map(
    Object.entries(objectIn(file)).map(([domain, value]) => [domain, amount(value, `${file}: "${domain}"`)]),
  );
}

/**
 * `web: { paths: [data/web], tokens: 60B, bytes: 240e9, documents: 60000000 }` for each domain, as YAML or JSON; a path
 * is a text or `{ path, tokens }`.
 */
export function readSources(file: string): Map<string, Source> {
  return new Map(
    Object.entries(objectIn(file)).map(([domain, value]) => {
      const subject = `${file}: "${domain}"`;
      if (!isObject(value))
        throw new AssayError(subject, 'not a source', { expected: '{ paths, tokens, … }' });
      const unknown = Object.keys(value).find(
        (key) => !['paths', 'tokens', 'bytes', 'documents'].includes(key),
      );
      if (unknown !== undefined)
        throw new AssayError(subject, `no field \`${unknown}\``, {
          expected: 'paths, tokens, bytes, documents',
        });
      const counts = (['tokens', 'bytes', 'documents'] as const).flatMap((key) =>
        value[key] === undefined ? [] : [[key, amount(value[key], `${subject}: \`${key}\``)]],
      );
      return [
        domain,
        { ...Object.fromEntries(counts), paths: pathsOf(value.paths ?? [], subject) } as Source,
      ];
    }),
  );
}

/** A proposal of `assay propose`, or any JSON or YAML with `mixture:`, or `phases:` of `{ share, mixture }`. */
export interface ExportableMixture {
  phases: Phase[];
  budgetTokens?: number;
  supplyTokens?: Map<string, number>;
}

export function readExportable(file: string): ExportableMixture {
  const content = objectIn(file);
  const { phases, mixture, budgetTokens, supplyTokens } = content;
  if (phases === undefined && mixture === undefined)
    throw new AssayError(file, 'nothing to export', {
      expected: '`mixture:` with shares by domain, or `phases:` of { share, mixture }',
      got: `the fields ${Object.keys(content).join(', ')}`,
    });
  const stages = Array.isArray(phases) ? phases : [{ share: 1, mixture }];
  return {
    phases: stages.map((stage: unknown, i) => {
      const subject = `${file}: phase ${i + 1}`;
      if (!isObject(stage) || !isObject(stage.mixture))
        throw new AssayError(subject, 'not a phase', { expected: '{ share, mixture: { domain: share } }' });
      return { share: amount(stage.share, subject), mixture: amounts(stage.mixture, subject) };
    }),
    ...(budgetTokens === undefined
      ? {}
      : { budgetTokens: amount(budgetTokens, `${file}: \`budgetTokens\``) }),
    ...(isObject(supplyTokens) ? { supplyTokens: amounts(supplyTokens, file) } : {}),
  };
}

function objectIn(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readText(file));
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError(file, `not YAML or JSON: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
  if (!isObject(content))
    throw new AssayError(file, 'not an object', { expected: 'names with a value each, in JSON or YAML' });
  return content;
}

function amounts(values: Record<string, unknown>, subject: string): Map<string, number> {
  return new Map(
    Object.entries(values).map(([name, value]) => [name, amount(value, `${subject}: "${name}"`)]),
  );
}

function amount(value: unknown, subject: string): number {
  const number = typeof value === 'string' ? parseTokens(value) : value;
  if (typeof number === 'number' && number >= 0 && number < Infinity) return number;
  throw new AssayError(subject, 'not an amount', {
    expected: 'a number of at least 0, such as 0.3, 4e9 or 60B',
    got: JSON.stringify(value),
  });
}

function pathsOf(paths: unknown, subject: string): Source['paths'] {
  return (Array.isArray(paths) ? paths : [paths]).map((entry: unknown) => {
    if (typeof entry === 'string') return { path: entry };
    if (isObject(entry) && typeof entry.path === 'string')
      return {
        path: entry.path,
        ...(entry.tokens === undefined
          ? {}
          : { tokens: amount(entry.tokens, `${subject}: "${entry.path}"`) }),
      };
    throw new AssayError(subject, 'not a path', {
      expected: 'a text or { path, tokens }',
      got: JSON.stringify(entry),
    });
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
