/** A controller of the simulated world, and how a folder is told to be unchanged. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundariesOf, fitStages, regressors, scheduleOffline } from '../../../src/mixture/index.js';
import { writeController } from '../../../src/mixture/steer/index.js';
import { Random } from '../../../src/random.js';
import { objective, prior, proxies, stages } from '../regmix-d/simulated.js';

export async function newController(): Promise<string> {
  const folder = join(mkdtempSync(join(tmpdir(), 'assay-')), 'controller');
  const random = Random.fromSeed('controller');
  const model = fitStages(proxies('changing', 48, random), {
    boundaries: boundariesOf(stages),
    regressor: regressors.linear,
    random,
  });
  const options = { objective, prior, horizon: 'hold' as const, draws: 400 };
  const schedule = scheduleOffline(model, options, random);
  await writeController(folder, { model, options, seed: '0', schedule });
  return folder;
}

export const firstLosses = { web: 4.5, basics: 4, expert: 4.2 };

/** Hash of the names and bytes of all files of a folder. */
export function contentOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const path = join(folder, name);
    hash.update(`${name}\0`);
    if (statSync(path).isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}
