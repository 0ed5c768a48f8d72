/**
 * Reads damaged files of one format, or a named case, in a process of its own that may crash:
 *
 *     node --import tsx tests/hostile/run-cases.ts FORMAT FROM COUNT FOLDER
 *
 * FOLDER gets `current` (the case being read) and every file that was not borne. Prints a `CasesSummary`.
 */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/random.js';
import { formats, type HostileFormat, isTyped, seedsOf } from './formats.js';
import { peakBytes } from './memory.js';
import { mutate } from './mutate.js';
import { namedCases } from './named-cases.js';
import { type CasesSummary, longestSeconds, noCases } from './summary.js';

/** Another case may have had the machine: a slow one counts when it is slow again. */
const triesOfSlow = 3;

const [, , name, from, count, folder] = process.argv as unknown as [
  string,
  string,
  string,
  string,
  string,
  string,
];
// Of a named case: its one file in the place of damaged ones.
const named = namedCases.find((one) => one.name === name);
const format = formats.find((one) => one.name === (named?.format ?? name))!;
const seeds = seedsOf(format);
const damage = format.damage ?? mutate;
const summary = noCases();
const measureMemory = () => {
  summary.peakBytes = Math.max(summary.peakBytes, peakBytes());
};
setInterval(measureMemory, 200).unref();

/** Seconds that reading took. */
async function readOne(
  format: HostileFormat,
  number: number,
  path: string,
  counts: CasesSummary,
): Promise<number> {
  const start = performance.now();
  try {
    const { rows, malformed } = await format.read(path);
    counts.read++;
    counts.rows += rows;
    counts.malformed += malformed;
  } catch (error) {
    if (isTyped(error, format.file)) counts.refused++;
    else
      counts.failures.push({ case: number, what: error instanceof Error ? `${error.stack}` : String(error) });
  }
  return (performance.now() - start) / 1000;
}

for (let number = Number(from); number < Number(from) + Number(count); number++) {
  const inside = join(folder, 'case');
  mkdirSync(inside, { recursive: true });
  const path = join(inside, format.file);
  if (named !== undefined) await named.write(path);
  else writeFileSync(path, damage(seeds, Random.fromSeed('hostile').split(name, number)));
  writeFileSync(join(folder, 'current'), String(number));
  const failed = summary.failures.length;
  let seconds = await readOne(format, number, path, summary);
  summary.cases++;
  for (let again = 1; seconds > longestSeconds && again < triesOfSlow; again++) {
    seconds = Math.min(seconds, await readOne(format, number, path, structuredClone(summary)));
  }
  if (seconds > longestSeconds) summary.failures.push({ case: number, what: `took ${seconds} s` });
  if (seconds > summary.slowest.seconds) summary.slowest = { case: number, seconds };
  if (summary.failures.length > failed) copyFileSync(path, join(folder, `${number}-${format.file}`));
  if (summary.failures.length >= 20) break;
}
measureMemory();
format.close?.();
rmSync(join(folder, 'case'), { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(summary)}\n`, () => process.exit());
