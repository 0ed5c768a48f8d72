/**
 * `npm run -s bench:analysis`: how long 1,000 imported runs of 1,000 points take to analyse, in seconds of CPU time.
 *
 * 20 recipes: a proxy at 10 rates with 3 seeds each, a target in a grid of 5 rates x 4 batches. The points of a run are
 * 1,000 steps of one domain, or 100 steps of 10 domains. `analyse` is reading the imported table and all of the
 * analysis with 1,000 bootstrap draws an interval; `import` is what comes once before, from CSV.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importRuns, mappingShape, readImport, writeImport } from '../src/imports/index.js';
import { Random } from '../src/random.js';
import { analyseTransfer } from '../src/ranking/index.js';

const scratch = mkdtempSync(join(tmpdir(), 'assay-bench-analysis-'));
try {
  const results = [];
  for (const [steps, domains] of [
    [1000, 1],
    [100, 10],
  ] as const) {
    const file = join(scratch, `${domains}.csv`);
    writeFileSync(file, csv(steps, domains));
    const folder = join(scratch, String(domains));
    const imported = await timed(async () => {
      const runs = await importRuns([file], { mapping: mappingShape.parse({}) });
      return writeImport(folder, runs, {});
    });
    const analysed = await timed(async () =>
      analyseTransfer(await readImport(folder), {
        ...{ proxy: 'small', target: 'large', random: Random.fromSeed(0) },
      }),
    );
    const { runs, points } = imported.value;
    results.push({
      runs,
      points,
      steps,
      domains,
      importSeconds: imported.seconds,
      analyseSeconds: analysed.seconds,
    });
  }
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: Number(((user + system) / 1e6).toFixed(2)) };
}

function csv(steps: number, domains: number): string {
  const random = Random.fromSeed('bench');
  const rows = ['recipe,model,learning_rate,batch,seed,step,metric,value'];
  const run = (recipe: number, model: string, rate: number, batch: number, seed: number) => {
    const end = 3 + 0.01 * recipe + 0.02 * random.normal();
    for (let step = 1; step <= steps; step++) {
      for (let domain = 0; domain < domains; domain++) {
        const value = (end + 4 / step + 0.001 * random.normal()).toFixed(5);
        rows.push(`r${recipe},${model},${rate},${batch},${seed},${step},d${domain},${value}`);
      }
    }
  };
  for (let recipe = 0; recipe < 20; recipe++) {
    for (let r = 0; r < 10; r++)
      for (let seed = 0; seed < 3; seed++) run(recipe, 'small', 1e-6 * 3 ** r, 32, seed);
    for (let r = 0; r < 5; r++)
      for (const batch of [64, 128, 256, 512]) run(recipe, 'large', 1e-5 * 3 ** r, batch, 0);
  }
  return `${rows.join('\n')}\n`;
}
