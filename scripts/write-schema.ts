/** Writes `assay.schema.json` from the one definition of a study: `npx tsx scripts/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { studyJsonSchema } from '../src/schema/index.js';

const file = new URL('../assay.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
