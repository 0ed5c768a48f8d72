/** A study that PyTorch trains, from its file to its ranking. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import { describeTorch } from '../engines/torch/worker.js';
import { assay, folderWith } from './assay.js';

const random = Random.fromSeed('texts');
const words = ['the', 'old', 'river', 'boat', 'sings', 'under', 'stone', 'bridges'];
const texts = (word: () => string): string =>
  Array.from({ length: 300 }, (_, i) => {
    const text = Array.from({ length: 50 }, word).join(' ');
    return `${JSON.stringify({ text: `${text} ${i}` })}\n`;
  }).join('');

const study = (engine: string): string => `
study: small
tokenizer: bytes
sources: { prose: { path: prose.jsonl }, sums: { path: sums.jsonl } }
recipes: { all: natural, no-sums: { without: sums } }
validate: { prose: { holdout: 10 %, of: prose }, sums: { holdout: 10 %, of: sums } }
proxy: { model: { layers: 1, width: 16, heads: 2 }, learningRate: 3e-3, tokens: 8k, batch: 4, context: 32, seeds: 2 }
engine: ${engine}
`;

describeTorch('a study with engine: torch', () => {
  const folder = folderWith({
    'prose.jsonl': texts(() => words[random.below(words.length)]!),
    'sums.jsonl': texts(() => `${random.below(100)}`),
    'study.yaml': study('{ torch: { device: cpu, stack: 4 } }'),
    'gpu.yaml': study('{ torch: { python: ./nothing } }'),
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('stops before it reads data when its Python is not there', () => {
    const { exitCode, stderr } = assay(folder, 'run', 'gpu.yaml');
    expect(exitCode).toBe(ExitCode.system);
    expect(stderr).toMatch(/engine torch: no Python: ".*nothing" cannot be started/);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  test('is trained in a stack and ranked, and the second time nothing is trained', () => {
    const first = assay(folder, 'run', 'study.yaml', '--json');
    expect(first.stderr).toContain('(4 of 4 runs)');
    const report = JSON.parse(first.stdout) as { runs: { id: string; status: string }[] };
    expect(report.runs.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    const engineOf = ({ id }: { id: string }): unknown =>
      JSON.parse(readFileSync(join(folder, 'results', 'small', 'runs', id, 'run.json'), 'utf8')).engine;
    for (const run of report.runs)
      expect(engineOf(run)).toMatchObject({ name: 'torch', precision: 'fp32', device: 'cpu', stack: 4 });

    const second = assay(folder, 'run', 'study.yaml', '--json');
    expect(second.exitCode).toBe(ExitCode.ok);
    expect(second.stderr).not.toContain('of 4 runs');
    expect(JSON.parse(second.stdout)).toMatchObject({ ranking: JSON.parse(first.stdout).ranking });
  }, 300_000);
});
