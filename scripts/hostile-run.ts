/**
 * Reads damaged files of every format, or of those named, and prints what came of them as JSON:
 *
 *     npm run -s build && npx tsx scripts/hostile-run.ts COUNT FOLDER [FORMAT…]
 *
 * FOLDER gets `<format>.json`, and the files that were not borne. Exits 1 when there is one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formats } from '../tests/hostile/formats.js';
import { runFormat } from '../tests/hostile/run-format.js';

const [, , count, folder, ...names] = process.argv;
if (folder === undefined || !(Number(count) > 0))
  throw new Error('usage: hostile-run.ts COUNT FOLDER [FORMAT…]');
for (const name of names.length > 0 ? names : formats.map((format) => format.name)) {
  const summary = await runFormat(name, Number(count), join(folder, name));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(summary, null, 2)}\n`);
  console.log(JSON.stringify({ format: name, ...summary, failures: summary.failures.length }));
  if (summary.failures.length > 0) process.exitCode = 1;
}
process.exit();
