/** The study's shape as JSON Schema: what editors complete from, and where the allowed keys are looked up. */
import { z } from 'zod';
import { studyShape } from './shape.js';
import type { StudyPath } from './text.js';

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  items?: Schema;
  [keyword: string]: unknown;
}

/** JSON Schema (draft 2020-12) of a study file, as published in `assay.schema.json`. */
export function studyJsonSchema(): Record<string, unknown> {
  return { title: 'Assay study', ...z.toJSONSchema(studyShape, { io: 'input' }) };
}

/** The option names that may stand in the mapping at `path`. */
export function keysAt(path: StudyPath): string[] {
  let schemas = [studyJsonSchema() as Schema];
  for (const key of path) {
    schemas = schemas.flatMap(alternatives).flatMap((schema) => {
      const { additionalProperties } = schema;
      const child =
        schema.properties?.[key] ??
        (typeof additionalProperties === 'object' ? additionalProperties : schema.items);
      return child ? [child] : [];
    });
  }
  return [
    ...new Set(schemas.flatMap(alternatives).flatMap((schema) => Object.keys(schema.properties ?? {}))),
  ];
}

function alternatives(schema: Schema): Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}
