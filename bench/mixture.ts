/**
 * `npm run -s bench:mixture`: how long it takes to fit the published RegMix runs (512 proxies of 17 domains, 13 losses)
 * and to predict every loss of the 100,000 candidates among which RegMix searches.
 *
 * Seconds are CPU time of one thread, so that what else runs on the machine does not count, and everything is measured
 * in this one run. LightGBM runs beside us, on one thread too, where `ASSAY_PYTHON` names a Python that has it. Name
 * parts to measure only those: `npm run -s bench:mixture -- gbdt`.
 */
import { benchGbdt } from './mixture/gbdt.js';
import { benchGp } from './mixture/gp.js';
import { searchProblem } from './mixture/problem.js';

const parts = { gbdt: benchGbdt, gp: benchGp };
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const problem = await searchProblem();
const { train, candidates } = problem;
const results: Record<string, unknown> = {
  rows: train.mixtures.rows,
  metrics: train.metrics.length,
  candidates: candidates.rows,
};
for (const [name, measure] of Object.entries(parts))
  if (named.length === 0 || named.includes(name)) results[name] = await measure(problem);
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
