/** A folder of imported runs: `runs.parquet`, one row a value, and `import.json`, written last, which says what it holds. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { Measured, Metric, TrainedRun, TrainedRuns } from '../ranking/index.js';
import type { Hyperparameters } from '../records.js';
import { ColumnWriter, makeFolder, readColumns, readJson, writeJson } from '../store/index.js';
import type { ImportedRuns } from './import-runs.js';

/** `import.json`. */
export interface ImportSummary {
  formatVersion: 1;
  files: string[];
  rows: number;
  /** Rows left out, by reason. */
  badRows: Record<string, number>;
  runs: number;
  points: number;
  recipes: string[];
  models: string[];
  /** Columns of `runs.parquet` that are hyperparameters. */
  hyperparameters: string[];
  metrics: Metric[];
}

const texts = ['recipe', 'model', 'seed', 'metric'] as const;
const numbers = ['run', 'step', 'value'] as const;

/** Rows are sorted by run, metric and step; `value` is null where the run had diverged. */
export async function writeImport(
  folder: string,
  { trained, files, rows, points }: ImportedRuns,
  badRows: Record<string, number>,
): Promise<ImportSummary> {
  const { runs, metrics } = trained;
  const hyperparameters = [...new Set(runs.flatMap((run) => Object.keys(run.hyperparameters)))].sort();
  makeFolder(folder);
  await rm(join(folder, 'import.json'), { force: true });
  const writer = new ColumnWriter(join(folder, 'runs.parquet'), [
    ...numbers.map((name) => ({ name, type: 'DOUBLE' as const })),
    ...texts.map((name) => ({ name, type: 'VARCHAR' as const })),
    ...hyperparameters.map((name) => ({ name, type: 'DOUBLE' as const })),
  ]);
  try {
    for (const [number, run] of runs.entries()) {
      for (const [metric, { steps, values }] of Object.entries(run.measured)) {
        const same = (value: number) => new Float64Array(steps.length).fill(value);
        const sameText = (value: string) => new Array<string>(steps.length).fill(value);
        await writer.add([
          ...[same(number), steps, values],
          ...[run.recipe, run.model, run.seed, metric].map(sameText),
          ...hyperparameters.map((name) => same(run.hyperparameters[name] ?? Number.NaN)),
        ]);
      }
    }
    await writer.finish();
  } finally {
    await writer.abandon();
  }
  const summary: ImportSummary = {
    formatVersion: 1,
    ...{ files, rows, badRows, runs: runs.length, points },
    recipes: [...new Set(runs.map(({ recipe }) => recipe))],
    models: [...new Set(runs.map(({ model }) => model))],
    hyperparameters,
    metrics,
  };
  await writeJson(join(folder, 'import.json'), summary);
  return summary;
}

/** @throws AssayError for a folder that `assay import` has not finished */
export async function readImport(folder: string): Promise<TrainedRuns> {
  const summary = readJson<ImportSummary>(join(folder, 'import.json'));
  if (summary?.formatVersion !== 1) {
    throw new AssayError(folder, 'no imported runs', {
      expected: 'a folder with import.json and runs.parquet',
      fix: 'Make it with `assay import FILES --out FOLDER`.',
    });
  }
  const { hyperparameters, metrics } = summary;
  const columns = { numbers: [...numbers, ...hyperparameters], texts };
  const table = (await readColumns(join(folder, 'runs.parquet'), columns)) as unknown as Table;
  const runs: Omit<TrainedRun, 'measured'>[] = [];
  const measured: [metric: string, Measured][][] = [];
  for (let start = 0; start < table.rows; ) {
    const [run, metric] = [table.run[start]!, table.metric[start]!];
    let end = start + 1;
    while (end < table.rows && table.run[end] === run && table.metric[end] === metric) end++;
    const [steps, values] = [table.step.subarray(start, end), table.value.subarray(start, end)];
    runs[run] ??= runAt(table, start, hyperparameters);
    measured[run] ??= [];
    measured[run].push([metric, { steps, values }]);
    start = end;
  }
  // A metric may have any name, `__proto__` too.
  return { metrics, runs: runs.map((run, i) => ({ ...run, measured: Object.fromEntries(measured[i]!) })) };
}

type Table = { rows: number } & Record<(typeof numbers)[number], Float64Array> &
  Record<(typeof texts)[number], string[]>;

function runAt(table: Table, row: number, names: readonly string[]): Omit<TrainedRun, 'measured'> {
  const columns = table as unknown as Record<string, Float64Array>;
  const hyperparameters: Hyperparameters = {};
  for (const name of names) {
    const value = columns[name]![row]!;
    if (!Number.isNaN(value)) hyperparameters[name] = value;
  }
  const [recipe, model, seed] = [table.recipe[row]!, table.model[row]!, table.seed[row]!];
  return { recipe, model, seed, hyperparameters };
}
