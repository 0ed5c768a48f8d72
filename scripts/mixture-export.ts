/**
 * Writes what the exporters make of the tests' plans into tests/mixture/export/fixtures, a folder a plan, for the
 * trainers' own parsers to read (scripts/mixture-export-*.py). Run at the root: `npx tsx scripts/mixture-export.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exporters } from '../src/mixture/export/index.js';
import { parsedPlans } from '../tests/mixture/export/plans.js';

for (const [name, plan] of Object.entries(parsedPlans)) {
  const folder = fileURLToPath(new URL(`../tests/mixture/export/fixtures/${name}`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const toFormat of Object.values(exporters))
    for (const file of toFormat(plan).files) writeFileSync(join(folder, file.name), file.text);
}
