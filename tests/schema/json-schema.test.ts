import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { studyJsonSchema } from '../../src/schema/index.js';

interface Schema {
  description?: string;
  examples?: unknown[];
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
}

test('assay.schema.json is the schema of the code', () => {
  const file = new URL('../../assay.schema.json', import.meta.url);
  const fix = 'run `npx tsx scripts/write-schema.ts`';
  expect(JSON.parse(readFileSync(file, 'utf8')), fix).toEqual(JSON.parse(JSON.stringify(studyJsonSchema())));
});

test('every option says what it means, with an example and its default', () => {
  const options: [string, Schema, boolean][] = [];
  const visit = (schema: Schema, path: string): void => {
    for (const [key, option] of Object.entries(schema.properties ?? {})) {
      options.push([`${path}${key}`, option, schema.required?.includes(key) ?? false]);
      visit(option, `${path}${key}.`);
    }
    for (const inner of schema.anyOf ?? []) visit(inner, path);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${path}*.`);
  };
  const root = studyJsonSchema() as Schema;
  visit(root, '');
  for (const [name, shared] of Object.entries(root.$defs ?? {})) visit(shared, `${name}.`);
  expect(options.length).toBeGreaterThan(35);
  for (const [name, option, required] of options) {
    // What several options share is described where it is defined.
    const shared = root.$defs?.[option.$ref?.split('/').at(-1) ?? ''];
    expect((shared ?? option).description, name).toBeTruthy();
    if (['signals', 'contamination', 'proxy', 'run'].includes(name)) continue;
    if (shared !== undefined) continue;
    expect(option.description, name).toMatch(/Example: `/);
    expect(option.examples?.length, name).toBeGreaterThan(0);
    const alternative = /^(proxy\.(tokens|tokensPerParameter)|target|sweep\..*)$/.test(name);
    if (!required && !alternative) expect(option.description, name).toMatch(/Default: /);
    if (option.default !== undefined && typeof option.default !== 'object')
      expect(option.description, name).toContain(String(option.default));
  }
});
