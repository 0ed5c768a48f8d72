/**
 * Writes what the exporters make of the tests' plan into tests/mixture/export/fixtures, for the trainers' own parsers
 * to read (scripts/mixture-export-*.py). Run at the root: `npx tsx scripts/mixture-export.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exporters } from '../src/mixture/export/index.js';
import { onePhase } from '../tests/mixture/export/plans.js';

const folder = fileURLToPath(new URL('../tests/mixture/export/fixtures', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const toFormat of Object.values(exporters))
  for (const { name, text } of toFormat(onePhase).files) writeFileSync(join(folder, name), text);
