/** A study that stops hopeless recipes early, as a user asks for it: from `eliminate:` to the report. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import type { Report } from '../../src/records.js';
import { assay, folderWith } from '../cli/assay.js';
import { describeTorch } from '../engines/torch/worker.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));

const study = `
study: stopped
tokenizer: bytes
sources: { mail: { path: mail.jsonl }, noise: { path: noise.jsonl } }
recipes:
  mail: { mail: 1 }
  mostly: { mail: 0.9, noise: 0.1 }
  half: { mail: 0.5, noise: 0.5 }
  noise: { noise: 1 }
validate: { mail: { holdout: 5 %, of: mail } }
proxy:
  model: { layers: 1, width: 16, heads: 2 }
  learningRate: 5e-3
  tokens: 100k
  batch: 8
  context: 32
  seeds: 2
eliminate: { keep: 1 }
run: { output: results }
`;

const says = 'a recipe of random characters is stopped, stands below the ranking, and the report says why';

test(says, () => stopsNoise(), 300_000);

describeTorch('with PyTorch', () => {
  test(says, () => stopsNoise('engine: { torch: { stack: 8, device: cpu } }'), 600_000);
});

function stopsNoise(engine = ''): void {
  const random = Random.fromSeed(1);
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 600);
  const noise = rows.map(() =>
    JSON.stringify({
      text: Array.from({ length: 800 }, () => String.fromCharCode(33 + random.below(90))).join(''),
    }),
  );
  const files = {
    'mail.jsonl': rows.join('\n'),
    'noise.jsonl': noise.join('\n'),
    'study.yaml': `${study}${engine}\n`,
  };
  const folder = folderWith(files);
  const { exitCode, stdout } = assay(folder, 'run', 'study.yaml', '--quiet', '--json');
  expect(exitCode).toBe(0);
  const report: Report = JSON.parse(stdout);

  const stopped = report.elimination!.stopped.map(({ recipe }) => recipe);
  expect(stopped).toContain('noise');
  const ranked = report.ranking.recipes.map(({ recipe }) => recipe);
  expect(ranked.filter((recipe) => stopped.includes(recipe))).toEqual([]);
  expect(ranked[0]).toBe('mail');
  const ends = report.runs.filter(({ recipe }) => recipe === 'noise');
  expect(ends.map(({ status }) => status)).toEqual(['stopped', 'stopped']);
  const page = readFileSync(join(folder, 'results', 'report', 'report.md'), 'utf8');
  expect(page).not.toContain('not finished');

  // What was stopped is not trained when the report is made again.
  const again = assay(folder, 'report', 'study.yaml', '--quiet', '--json');
  expect(JSON.parse(again.stdout)).toEqual(report);
}
