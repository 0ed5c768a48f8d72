/** The study's shape as JSON Schema: what editors complete from, and where the allowed keys are looked up. */
import { z } from 'zod';
import { studyShape } from './shape.js';
import type { StudyPath } from './text.js';

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  items?: Schema;
  /** `#/$defs/model`. */
  $ref?: string;
  $defs?: Record<string, Schema>;
  [keyword: string]: unknown;
}

/** JSON Schema (draft 2020-12) of a study file, as published in `assay.schema.json`. */
export function studyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(studyShape, { io: 'input' }) as Schema;
  return withOptionalModel({ title: 'Assay study', ...schema });
}

/** A proxy may leave out its model where the study has a budget; Zod's shapes do not say so. */
function withOptionalModel(schema: Schema): Schema {
  const { proxy } = schema.properties!;
  const [alone, ...lists] = proxy!.anyOf!;
  const required = (alone!.required as string[]).filter((option) => option !== 'model');
  const anyOf = [{ ...alone!, required }, ...lists];
  return {
    ...schema,
    properties: { ...schema.properties, proxy: { ...proxy!, anyOf } },
    if: { required: ['budget'] },
    else: { properties: { proxy: { anyOf: [{ required: ['model'] }, { type: 'array' }] } } },
  };
}

/** The option names that may stand in the mapping at `path`. */
export function keysAt(path: StudyPath): string[] {
  const root = studyJsonSchema() as Schema;
  let schemas = [root];
  for (const key of path) {
    schemas = schemas
      .flatMap((schema) => alternatives(schema, root))
      .flatMap((schema) => {
        const { additionalProperties } = schema;
        const child =
          schema.properties?.[key] ??
          (typeof additionalProperties === 'object' ? additionalProperties : schema.items);
        return child ? [child] : [];
      });
  }
  return [
    ...new Set(
      schemas
        .flatMap((schema) => alternatives(schema, root))
        .flatMap((schema) => Object.keys(schema.properties ?? {})),
    ),
  ];
}

function alternatives(schema: Schema, root: Schema): Schema[] {
  const shared = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.split('/').at(-1)!];
  const all = [...(schema.anyOf ?? []), ...(shared === undefined ? [] : [shared])];
  return all.length > 0 ? all.flatMap((each) => alternatives(each, root)) : [schema];
}
