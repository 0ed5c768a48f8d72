/** The same runs in every format and layout are the same runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { importRuns, type Mapping, mappingShape, readImport, writeImport } from '../../src/imports/index.js';
import { folderWith } from '../cli/assay.js';

const read = async (folder: string, files: string[], mapping: Partial<Mapping> = {}) => {
  const paths = files.map((file) => join(folder, file));
  return (await importRuns(paths, { mapping: mappingShape.parse(mapping) })).trained;
};

const long = `recipe,model,lr,seed,step,metric,value
web,small,1e-4,0,0,wiki,4.5
web,small,1e-4,0,10,wiki,3.5
web,small,1e-4,0,10,hellaswag,0.25
"code, mostly",small,1e-4,1,10,wiki,nan
`;
const objects = long
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [value, metric, step, seed, lr, model, recipe] = line.split(/,(?! )/).reverse();
    const number = value === 'nan' ? 'NaN' : Number(value);
    return {
      recipe: recipe!.replaceAll('"', ''),
      model,
      lr: Number(lr),
      seed: Number(seed),
      step: Number(step),
      metric,
      value: number,
    };
  });
const folder = folderWith({
  'long.csv': long,
  'long.tsv': long.replaceAll(/,(?! )/g, '\t'),
  'long.csv.gz': gzipSync(long),
  'long.json': JSON.stringify(objects),
  'long.jsonl': `${objects.map((row) => JSON.stringify(row)).join('\n')}\n`,
  // As Python writes it: NaN stands bare.
  'python.jsonl': `${objects.map((row) => JSON.stringify(row).replace('"NaN"', 'NaN')).join('\n')}\n`,
});
const column = (name: keyof (typeof objects)[number]) => objects.map((row) => row[name] as never);
writeFileSync(
  join(folder, 'long.parquet'),
  Buffer.from(
    parquetWriteBuffer({
      columnData: [
        ...(['recipe', 'model', 'metric'] as const).map((name) => ({ name, data: column(name) })),
        { name: 'lr', data: column('lr'), type: 'DOUBLE' as const },
        { name: 'seed', data: objects.map(({ seed }) => BigInt(seed)), type: 'INT64' as const },
        { name: 'step', data: objects.map(({ step }) => step), type: 'INT32' as const },
        { name: 'value', data: objects.map(({ value }) => Number(value)), type: 'DOUBLE' as const },
      ],
    }),
  ),
);

describe('the same runs', () => {
  test('are read from CSV, by the usual names of columns', async () => {
    const { runs, metrics } = await read(folder, ['long.csv']);
    expect(metrics).toEqual([
      { name: 'wiki', better: 'lower', weight: 1 },
      { name: 'hellaswag', better: 'higher', weight: 1 },
    ]);
    expect(runs).toHaveLength(2);
    expect(runs[0]).toEqual({
      ...{ recipe: 'web', model: 'small', seed: '0', hyperparameters: { learningRate: 1e-4 } },
      measured: {
        wiki: { steps: Float64Array.of(0, 10), values: Float64Array.of(4.5, 3.5) },
        hellaswag: { steps: Float64Array.of(10), values: Float64Array.of(0.25) },
      },
    });
    expect(runs[1]!.recipe).toBe('code, mostly');
    expect(runs[1]!.measured.wiki!.values[0]).toBeNaN();
  });

  test.each(['long.tsv', 'long.csv.gz', 'long.json', 'long.jsonl', 'python.jsonl', 'long.parquet'])(
    'are read from %s',
    async (file) => {
      expect(await read(folder, [file])).toEqual(await read(folder, ['long.csv']));
    },
  );

  test('are the same twice over: a row that comes again adds nothing', async () => {
    expect(await read(folder, ['long.csv', 'long.json'])).toEqual(await read(folder, ['long.csv']));
  });

  test('come back from the table that they are written to', async () => {
    const imported = await importRuns([join(folder, 'long.csv')], { mapping: mappingShape.parse({}) });
    const summary = await writeImport(join(folder, 'out'), imported, {});
    expect(summary).toMatchObject({
      runs: 2,
      points: 4,
      recipes: ['web', 'code, mostly'],
      models: ['small'],
    });
    expect(await readImport(join(folder, 'out'))).toEqual(imported.trained);
  });
});

describe('other layouts', () => {
  test('one column a metric, with what all rows share said once', async () => {
    const wide = folderWith({ 'wide.csv': 'index,loss/wiki,loss/code,other\n1,3.5,2.5,x\n2,3.4,,y\n' });
    const { runs, metrics } = await read(wide, ['wide.csv'], {
      ...{ columns: { recipe: 'index' }, constants: { model: 'tiny', learningRate: 4e-4 } },
      ...{ metrics: ['loss/*'], weights: { 'loss/code': 0 } },
    });
    expect(metrics.map(({ name, weight }) => [name, weight])).toEqual([
      ['loss/wiki', 1],
      ['loss/code', 0],
    ]);
    expect(
      runs.map(({ recipe, hyperparameters, measured }) => [recipe, hyperparameters, Object.keys(measured)]),
    ).toEqual([
      ['1', { learningRate: 4e-4 }, ['loss/wiki', 'loss/code']],
      ['2', { learningRate: 4e-4 }, ['loss/wiki']],
    ]);
  });

  test('DataDecide: results as JSON in a text, named seeds, sizes as models', async () => {
    const row = (params: string, seed: string, accuracy: number) => ({
      ...{ params, data: 'C4', task: 'arc_easy', step: 1250, seed, chinchilla: '5xC' },
      metrics: JSON.stringify({ primary_metric: accuracy, acc_raw: accuracy - 0.01 }),
    });
    const rows = [row('150M', 'default', 0.55), row('1B', 'small aux 2', 0.66)];
    const files = folderWith({ 'eval.json': JSON.stringify(rows) });
    const { runs, metrics } = await read(files, ['eval.json'], {
      columns: { value: 'metrics.primary_metric' },
    });
    expect(metrics).toEqual([{ name: 'arc_easy', better: 'higher', weight: 1 }]);
    expect(runs.map(({ model, seed, measured }) => [model, seed, measured.arc_easy!.values[0]])).toEqual([
      ['150M', 'default', 0.55],
      ['1B', 'small aux 2', 0.66],
    ]);
  });
});

test('whether more is better is told by the name of a metric, or by the mapping', async () => {
  const names = [
    'wikipedia_en',
    'mmlu',
    'mmlu_bpb',
    'val_acc',
    'accident-reports',
    'arc_challenge',
    'pile/ppl',
    'odd',
  ];
  const rows = names.map((metric) => ({ recipe: 'a', model: 'm', metric, value: 1 }));
  const files = folderWith({ 'rows.json': JSON.stringify(rows) });
  const { metrics } = await read(files, ['rows.json'], { higher: ['odd'], lower: ['arc_*'] });
  const higher = metrics.filter(({ better }) => better === 'higher').map(({ name }) => name);
  expect(higher).toEqual(['mmlu', 'val_acc', 'odd']);
});
