/**
 * Writes the JSON Schemas from the shapes in the code: `assay.schema.json` of a study, `run-protocol.schema.json` of the
 * files of a run. `npx tsx scripts/write-schema.ts`.
 */
import { writeFileSync } from 'node:fs';
import { studyJsonSchema } from '../src/schema/index.js';
import { runProtocolSchema } from '../src/train/index.js';

const schemas = { 'assay.schema.json': studyJsonSchema(), 'run-protocol.schema.json': runProtocolSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(`../${name}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
