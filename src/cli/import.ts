/** `assay import FILES… --out DIR`: results of runs trained elsewhere, as one table that can be analysed. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { AssayError, ExitCode } from '../errors.js';
import type { ImportSummary, Mapping } from '../imports/index.js';
import { note, printJson } from './output.js';
import { readText } from './read-text.js';

interface ImportFlags {
  out: string;
  map?: string;
  column: Record<string, string>;
  constant: Record<string, string>;
  metrics: string[];
  higher: string[];
  lower: string[];
  weight: Record<string, string>;
  skipBadRows?: boolean;
  json?: boolean;
}

export function importCommand(): Command {
  return new Command('import')
    .description(
      'Read results of runs trained elsewhere (CSV, TSV, JSON, JSON Lines, Parquet, or the report.json of a study) into one table.',
    )
    .argument('<files...>', 'files, folders or globs')
    .requiredOption('--out <folder>', 'where runs.parquet and import.json are written')
    .option('--map <file>', 'YAML file that says what the fields are: docs/imported-runs.md')
    .option(
      '--column <name=field>',
      'the field of recipe, model, seed, step, metric, value or a hyperparameter',
      addPair,
      {},
    )
    .option(
      '--constant <name=value>',
      'what all rows share and no field says, such as model=gpt2-small',
      addPair,
      {},
    )
    .option(
      '--metrics <fields...>',
      'fields that are metrics, each with its value; * stands for any text',
      [],
    )
    .option('--higher <metrics...>', 'metrics where more is better', [])
    .option('--lower <metrics...>', 'metrics where less is better', [])
    .option('--weight <metric=number>', 'weight in the aggregate (default: 1); 0 leaves it out', addPair, {})
    .option('--skip-bad-rows', 'leave rows out that cannot be read, and count them')
    .option('--json', 'print import.json on stdout')
    .action(async (paths: string[], flags: ImportFlags) => {
      const { importRuns, writeImport } = await import('../imports/index.js');
      const badRows: Record<string, number> = {};
      const onBadRow = (_origin: string, reason: string) => {
        const kind = reason.split(',', 1)[0]!;
        badRows[kind] = (badRows[kind] ?? 0) + 1;
      };
      const imported = await importRuns(
        paths.map((path) => resolve(path)),
        { mapping: await mappingOf(flags), ...(flags.skipBadRows ? { onBadRow } : {}) },
      );
      const summary = await writeImport(resolve(flags.out), imported, badRows);
      if (flags.json) printJson(summary);
      else note(describe(summary));
    });
}

/** The mapping file with the flags put over it. */
async function mappingOf(flags: ImportFlags): Promise<Mapping> {
  const { mappingShape } = await import('../imports/index.js');
  const { parse } = await import('yaml');
  const subject = flags.map ?? 'flags';
  let file: Partial<Mapping> = {};
  try {
    if (flags.map !== undefined) file = (parse(readText(flags.map)) as Partial<Mapping> | null) ?? {};
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError(subject, `not YAML: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
  const given = (list: string[], inFile: string[] | undefined) => (list.length > 0 ? list : inFile);
  const numbers = Object.entries(flags.weight).map(([metric, weight]) => [metric, Number(weight)]);
  const mapping = mappingShape.safeParse({
    ...file,
    columns: { ...file.columns, ...flags.column },
    constants: { ...file.constants, ...flags.constant },
    metrics: given(flags.metrics, file.metrics),
    higher: given(flags.higher, file.higher),
    lower: given(flags.lower, file.lower),
    weights: { ...file.weights, ...Object.fromEntries(numbers) },
  });
  if (mapping.success) return mapping.data;
  const [issue] = mapping.error.issues;
  throw new AssayError(subject, `\`${issue!.path.join('.') || 'mapping'}\`: ${issue!.message}`, {
    fix: 'docs/imported-runs.md describes every key.',
    exitCode: ExitCode.usage,
  });
}

function addPair(text: string, pairs: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('Expected two words with = between them.');
  return { ...pairs, [text.slice(0, at)]: text.slice(at + 1) };
}

function describe(summary: ImportSummary): string {
  const { runs, points, recipes, models, hyperparameters, metrics, badRows } = summary;
  const count = (value: number) => value.toLocaleString('en');
  const named = (better: 'lower' | 'higher') =>
    metrics
      .filter((metric) => metric.better === better)
      .map(({ name, weight }) => (weight === 0 ? `${name} (weight 0)` : name));
  const bad = Object.entries(badRows).map(
    ([reason, rows]) => `  left out        ${count(rows)} rows: ${reason}`,
  );
  const list = (label: string, names: string[]) =>
    names.length === 0 ? [] : [`  ${label.padEnd(15)} ${shortened(names)}`];
  return [
    `${count(runs)} runs, ${count(points)} values`,
    ...list('recipes', recipes),
    ...list('models', models),
    ...list('chosen', hyperparameters),
    ...list('less is better', named('lower')),
    ...list('more is better', named('higher')),
    ...bad,
  ].join('\n');
}

function shortened(names: string[]): string {
  return names.length <= 12
    ? names.join(', ')
    : `${names.slice(0, 12).join(', ')}, … (${names.length} in all)`;
}
