/** Rows that are broken, and files that are none: named by file and row, or counted, and never taken for runs. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/errors.js';
import { importRuns, mappingShape, readImport, writeImport } from '../../src/imports/index.js';
import { folderWith } from '../cli/assay.js';

const mapping = mappingShape.parse({});
const strictly = (name: string, content: string | Uint8Array) =>
  importRuns([join(folderWith({ [name]: content }), name)], { mapping });

async function leniently(name: string, content: string | Uint8Array) {
  const bad: [string, string][] = [];
  const path = join(folderWith({ [name]: content }), name);
  const { trained, rows } = await importRuns([path], {
    mapping,
    onBadRow: (origin, reason) => bad.push([origin.slice(path.length), reason]),
  });
  return { trained, rows, bad };
}

const header = 'recipe,model,seed,step,lr,metric,value\n';
const good = 'web,small,0,1,1e-4,wiki,3.5\n';

describe('a broken row of CSV', () => {
  test.each([
    [
      'a value that is no number',
      'web,small,0,2,1e-4,wiki,low',
      'value is not a number, expected a number, got "low"',
    ],
    ['no value', 'web,small,0,2,1e-4,wiki,', 'value is not a number, expected a number, got ""'],
    ['hexadecimal', 'web,small,0,2,1e-4,wiki,0x10', 'value is not a number'],
    ['a rate that is no number', 'web,small,0,2,fast,wiki,3', 'learningRate is not a number'],
    ['an infinite rate', 'web,small,0,2,1e999,wiki,3', 'learningRate is not a number'],
    ['a negative step', 'web,small,0,-2,1e-4,wiki,3', 'step is negative, expected 0 or more, got -2'],
    ['no recipe', ' ,small,0,2,1e-4,wiki,3', 'recipe is missing'],
    ['no metric', 'web,small,0,2,1e-4,,3', 'metric is missing'],
    ['too few fields', 'web,small,0,2', 'another number of fields, expected 7 as in the header, got 4'],
    [
      'too many fields',
      'web,small,0,2,1e-4,wiki,3,5',
      'another number of fields, expected 7 as in the header, got 8',
    ],
    [
      'another value of the same point',
      'web,small,0,1,1e-4,wiki,3.6',
      'measured twice, expected one value of "wiki"',
    ],
    ['an open quote', '"web,small,0,2,1e-4,wiki,3', 'a quote is not closed'],
  ])('%s', async (_, row, reason) => {
    await expect(strictly('runs.csv', header + good + row)).rejects.toThrow(/runs\.csv:2: /);
    await expect(strictly('runs.csv', header + good + row)).rejects.toThrow(reason);
    const { bad, rows, trained } = await leniently('runs.csv', header + good + row);
    expect(bad).toEqual([[':2', expect.stringContaining(reason)]]);
    expect(rows).toBe(2);
    expect(trained.runs).toHaveLength(1);
  });

  test('bytes that are not UTF-8', async () => {
    const { bad } = await leniently(
      'runs.csv',
      Buffer.concat([Buffer.from(header + good), Buffer.from([0xff, 0x0a])]),
    );
    expect(bad).toEqual([[':2', 'not UTF-8, expected UTF-8 text']]);
  });

  test('is told from empty lines, a byte-order mark and line ends of Windows', async () => {
    const { bad, trained } = await leniently(
      'runs.csv',
      `\ufeff${header}\n${good}\n`.replaceAll('\n', '\r\n'),
    );
    expect(bad).toEqual([]);
    expect(trained.runs[0]).toMatchObject({ recipe: 'web', hyperparameters: { learningRate: 1e-4 } });
  });
});

describe('a broken row of JSON Lines', () => {
  const sound = JSON.stringify({ recipe: 'web', model: 'm', metric: 'wiki', value: 3 });
  test.each([
    ['no JSON', '{"recipe": ', 'not JSON'],
    ['an array', '[1]', 'not an object'],
    ['null', 'null', 'not an object'],
    [
      'a value that is null',
      sound.replace('3', 'null'),
      'value is not a number, expected a number, got null',
    ],
    ['a value that is true', sound.replace('3', 'true'), 'value is not a number'],
    ['a recipe that is an object', sound.replace('"web"', '{"a":1}'), 'recipe is missing'],
  ])('%s', async (_, line, reason) => {
    const { bad } = await leniently('runs.jsonl', `${sound}\n\n${line}\n`);
    expect(bad).toEqual([[':3', expect.stringContaining(reason)]]);
  });

  test('names such as __proto__ are only names', async () => {
    const rows = ['__proto__', 'constructor'].map(
      (metric) => `{"recipe":"__proto__","model":"m","metric":"${metric}","value":1}`,
    );
    const folder = folderWith({ 'runs.jsonl': rows.join('\n') });
    const imported = await importRuns([join(folder, 'runs.jsonl')], { mapping });
    await writeImport(folder, imported, {});
    const trained = await readImport(folder);
    expect(trained.metrics.map(({ weight }) => weight)).toEqual([1, 1]);
    expect(trained.metrics.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(trained.runs[0]!.measured).sort()).toEqual(['__proto__', 'constructor']);
  });
});

describe('a file of which no row can be read', () => {
  test.each([
    ['runs.csv', 'a,a\n1,2\n', 'its header names "a" twice'],
    ['runs.csv', header, 'no run, expected at least one usable row'],
    [
      'runs.csv',
      'recipe,model,score\nweb,m,3\n',
      'nothing says the metric of a run, got the fields recipe, model, score',
    ],
    [
      'runs.json',
      '{"a": 1}',
      'no rows, expected an array of objects, or the report.json of a study, got object',
    ],
    ['runs.json', '[{', 'not valid JSON'],
    ['runs.parquet', 'PAR1 and nothing more', 'not a Parquet file that can be read'],
    ['runs.xlsx', 'PK', 'no reader for this format'],
  ])('%s: %j', async (name, content, problem) => {
    await expect(strictly(name, content)).rejects.toThrow(problem);
  });

  test('and one that is not there', async () => {
    await expect(importRuns(['/nowhere/runs.csv'], { mapping })).rejects.toThrow(
      /nowhere.runs.csv does not exist/,
    );
    await expect(readImport('/nowhere')).rejects.toThrow(/no imported runs/);
  });
});

test('a field that the mapping names and the file lacks is suggested', async () => {
  const path = join(folderWith({ 'runs.csv': header + good }), 'runs.csv');
  const wrong = mappingShape.parse({ columns: { recipe: 'recipes' } });
  await expect(importRuns([path], { mapping: wrong })).rejects.toThrow(
    /no field "recipes".*Did you mean "recipe"\?/,
  );
});

test('whatever the bytes are, rows are read, counted or refused with a named file', async () => {
  const words = fc.constantFrom(
    ...'web,small,1e-4,"\n\r\t{}[]:nan,3.5\0'.split(''),
    'recipe',
    'NaN',
    '\ufeff',
    '""',
  );
  const text = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(''));
  const names = fc.constantFrom('runs.csv', 'runs.tsv', 'runs.jsonl', 'runs.json', 'runs.parquet');
  await fc.assert(
    fc.asyncProperty(names, fc.boolean(), text, async (name, sound, content) => {
      try {
        await leniently(name, (sound ? header + good : '') + content);
      } catch (error) {
        expect(error).toBeInstanceOf(AssayError);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
