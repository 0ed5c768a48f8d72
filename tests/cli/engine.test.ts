/** A study with a trainer of its own, from the study file to the ranking. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/records.js';
import { assay, folderWith } from './assay.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples', 'trainer');

const sentences = (animal: string, verb: string) =>
  Array.from({ length: 120 }, (_, i) =>
    JSON.stringify({ text: `The ${animal} number ${i} ${verb} to town and came back. `.repeat(8) }),
  ).join('\n');

/** Two kinds of text and `trainer.mjs`, beside a study that names it. */
function study(trainer: string): string {
  return folderWith({
    'study.yaml': `
study: own
tokenizer: bytes
sources:
  cats: { path: cats.jsonl }
  dogs: { path: dogs.jsonl }
recipes:
  both: { cats: 0.5, dogs: 0.5 }
  no-cats: { dogs: 1 }
validate:
  cats: { holdout: 20 %, of: cats }
engine: { command: [node, ./trainer.mjs] }
proxy: { model: { layers: 1, width: 16, heads: 2 }, learningRate: 1e-3, tokens: 4k, batch: 4, context: 32, seeds: 2 }
run: { output: results }
`,
    'cats.jsonl': sentences('cat', 'crept'),
    'dogs.jsonl': sentences('dog', 'ran'),
    'trainer.mjs': trainer,
  });
}

describe('assay run with the example trainer', () => {
  const trainer = readFileSync(join(example, 'trainer.mjs'), 'utf8');
  let folder: string;
  let report: Report;
  beforeAll(() => {
    folder = study(trainer);
    const { exitCode, stdout, stderr } = assay(folder, 'run', 'study.yaml', '--json', '--quiet');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    report = JSON.parse(stdout);
  });

  test('ranks the recipe that leaves the domain out last', () => {
    expect(report.ranking.failed).toEqual([]);
    expect(report.ranking.recipes.map(({ recipe }) => recipe)).toEqual(['both', 'no-cats']);
    expect(report.ranking.pairs[0]!.interval.low).toBeGreaterThan(0);
    expect(report.trajectories).toHaveLength(4);
  });

  test('trains nothing again the second time, and says the same', () => {
    const before = readdirSync(join(folder, 'results', 'runs'));
    const { stdout } = assay(folder, 'run', 'study.yaml', '--json', '--quiet');
    expect(JSON.parse(stdout).ranking).toEqual(report.ranking);
    expect(readdirSync(join(folder, 'results', 'runs'))).toEqual(before);
  });

  test('is planned without a time, which nobody knows', () => {
    const { exitCode, stdout } = assay(folder, 'plan', 'study.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain("time      not known: the study's own trainer sets it");
    const { expected } = JSON.parse(assay(folder, 'plan', 'study.yaml', '--json').stdout);
    expect(expected).toBeUndefined();
  });
});

test('a trainer that ends with an error is told with its last words, for every run', () => {
  const folder = study('throw new Error("no such device");');
  const { exitCode, stderr } = assay(folder, 'run', 'study.yaml', '--quiet');
  expect(exitCode).toBe(6);
  expect(stderr).toMatch(/every run failed; the first: the trainer: ended with code 1.*no such device/s);
});

test('the example study of the repository ranks what it is shipped with', () => {
  const output = folderWith({});
  const { exitCode, stdout } = assay(
    root,
    'run',
    'examples/trainer/study.yaml',
    '--json',
    '--quiet',
    '--output',
    output,
  );
  expect(exitCode).toBe(0);
  const { ranking } = JSON.parse(stdout) as Report;
  expect(ranking.failed).toEqual([]);
  expect(ranking.domains.library!.recipes.at(-1)!.recipe).toBe('no-library');
});
