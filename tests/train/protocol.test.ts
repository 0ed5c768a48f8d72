/** The run protocol as JSON Schema: current, and true of what runs hold. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { trainRun } from '../../src/train/index.js';
import { documentLineShape, metricLineShape, misfit, runProtocolSchema } from '../../src/train/protocol.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-protocol-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
}

/** Names in `value` that the schema does not know, and those that it requires and `value` lacks. */
function differences(value: unknown, schema: Schema, path = ''): string[] {
  if (Array.isArray(value))
    return schema.items ? value.flatMap((item) => differences(item, schema.items!, path)) : [];
  if (value === null || typeof value !== 'object' || schema.properties === undefined) return [];
  const missing = (schema.required ?? []).filter((key) => !(key in value));
  return [
    ...missing.map((key) => `${path}.${key} is missing`),
    ...Object.entries(value).flatMap(([key, inner]) => {
      const known = schema.properties![key];
      return known === undefined
        ? [`${path}.${key} is unknown`]
        : differences(inner, known, `${path}.${key}`);
    }),
  ];
}

test('run-protocol.schema.json is the schema of the code', () => {
  const file = new URL('../../run-protocol.schema.json', import.meta.url);
  const current = JSON.parse(JSON.stringify(runProtocolSchema()));
  expect(JSON.parse(readFileSync(file, 'utf8')), 'run `npm run schema`').toEqual(current);
});

test('it names every field of the inputs, and every line of the embedded engine fits it', async () => {
  const [folder] = await prepareSmallStudy(join(root, 'study'));
  await trainRun(folder!);
  const { $defs } = runProtocolSchema() as { $defs: Record<string, Schema> };
  const inputs = { run: 'run.json', plan: 'plan/phase-0.json', evaluation: 'evaluation/evaluation.json' };
  for (const [name, file] of Object.entries(inputs)) {
    const value = JSON.parse(readFileSync(join(folder!, file), 'utf8'));
    // The sizes of a model family and the words of an engine are their own.
    const found = differences(value, $defs[name]!).filter((text) => !/^\.(model|engine)\./.test(text));
    expect(found, file).toEqual([]);
  }
  for (const line of readFileSync(join(folder!, 'metrics.jsonl'), 'utf8').trimEnd().split('\n'))
    expect(misfit(metricLineShape, JSON.parse(line))).toBeUndefined();
});

test('the lines that the protocol shows are lines of the protocol', () => {
  const page = readFileSync(new URL('../../docs/run-protocol.md', import.meta.url), 'utf8');
  const lines = page.split('\n').flatMap((line) => /^ *(\{"(?:kind|domain)".*\})$/.exec(line)?.[1] ?? []);
  expect(lines).toHaveLength(6);
  for (const line of lines) {
    const shape = line.startsWith('{"kind"') ? metricLineShape : documentLineShape;
    expect(misfit(shape, JSON.parse(line)), line).toBeUndefined();
  }
});
