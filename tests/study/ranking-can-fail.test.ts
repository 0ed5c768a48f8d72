/**
 * A ranking that cannot fail says nothing. Real mail, one recipe under two names, and a copy whose words are shuffled
 * inside 20 % of its documents.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import type { Report } from '../../src/records.js';
import { assay, folderWith } from '../cli/assay.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));

const study = (order: 'paired' | 'independent') => `
study: can-fail-${order}
tokenizer: { bpe: 1024 }
sources:
  mail: { path: mail.jsonl }
  shuffled: { path: shuffled.jsonl }
recipes:
  mail: { mail: 1 }
  same-mail: { mail: 1 }
  ${order === 'paired' ? 'shuffled-mail: { shuffled: 1 }' : ''}
validate:
  mail: { holdout: 10 %, of: mail }
proxy:
  model: { layers: 2, width: 48, heads: 4 }
  learningRate: 4e-3
  tokens: 600k
  batch: 32
  context: 64
  seeds: 3
  order: ${order}
  evaluateEvery: 100
  evaluationTokens: 40k
run: { output: results-${order} }
`;

function shuffleWords(text: string, random: Random): string {
  return random.shuffle(text.split(/\s+/)).join(' ');
}

describe('a study on real text that holds recipes which do not differ', () => {
  let folder: string;
  const reports: Record<string, Report> = {};

  beforeAll(() => {
    const random = Random.fromSeed(20);
    const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 3000);
    const shuffled = rows.map((row) => {
      if (random.uniform() >= 0.2) return row;
      return JSON.stringify({ text: shuffleWords(JSON.parse(row).text, random) });
    });
    folder = folderWith({
      'mail.jsonl': rows.join('\n'),
      'shuffled.jsonl': shuffled.join('\n'),
      'paired.yaml': study('paired'),
      'independent.yaml': study('independent'),
    });
    for (const order of ['paired', 'independent']) {
      const { exitCode, stdout, stderr } = assay(folder, 'run', `${order}.yaml`, '--quiet', '--json');
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      reports[order] = JSON.parse(stdout);
    }
  }, 600_000);

  test('one recipe under two names differs by exactly 0, and is a tie', () => {
    const pair = pairOf(reports.paired!, 'mail', 'same-mail');
    expect(pair.differenceNats).toBe(0);
    expect(pair.tie).toBe(true);
    expect(losses(reports.paired!, 'mail')).toEqual(losses(reports.paired!, 'same-mail'));
  });

  test('a copy with shuffled words in 20 % of its documents ranks last', () => {
    expect(reports.paired!.ranking.recipes.at(-1)?.recipe).toBe('shuffled-mail');
  });

  test('with document orders of their own, the two names differ, and are called a tie', () => {
    const pair = pairOf(reports.independent!, 'mail', 'same-mail');
    expect(pair.differenceNats).toBeGreaterThan(0);
    expect(pair.tie).toBe(true);
  });

  test('every run is a folder that holds the whole protocol', () => {
    const [run] = reports.paired!.runs;
    const done = JSON.parse(readFileSync(join(folder, 'results-paired', run!.folder, 'done.json'), 'utf8'));
    expect(Object.keys(done.files)).toEqual(
      expect.arrayContaining(['checkpoint.safetensors', 'metrics.jsonl']),
    );
  });
});

function pairOf(report: Report, a: string, b: string) {
  const pair = report.ranking.pairs.find(({ better, worse }) =>
    [a, b].every((name) => name === better || name === worse),
  );
  if (pair === undefined) throw new Error(`no pair ${a}, ${b}`);
  return pair;
}

function losses(report: Report, recipe: string): number[] | undefined {
  return report.ranking.recipes.find((ranked) => ranked.recipe === recipe)?.seedLossNats;
}
