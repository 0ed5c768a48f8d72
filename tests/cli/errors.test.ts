/** What a user sees when a study cannot run: one clear message, the right exit code, nothing half-written. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assay, folderWith, main } from './assay.js';

const sentences = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({ text: `The ${word} number ${i} went to town and came back. `.repeat(8) }),
  );

const study = (change: Record<string, string> = {}) => `
study: small
tokenizer: bytes
sources:
  cats: { path: ${change.cats ?? 'cats.jsonl'} }
  dogs: { path: dogs.jsonl }
recipes:
  both: ${change.both ?? '{ cats: 0.5, dogs: 0.5 }'}
  dogs-only: { dogs: 1 }
validate:
  dogs: { holdout: 10 %, of: dogs }
proxy:
  model: { layers: 1, width: 16, heads: 2 }
  learningRate: 1e-3
  tokens: ${change.tokens ?? '2k'}
  batch: 4
  context: 32
  seeds: 1
  evaluationTokens: 2k
${change.extra ?? ''}run: { output: ${change.output ?? 'results'}, onMalformed: ${change.onMalformed ?? 'skip'} }
`;

function folder(change: Record<string, string> = {}, files: Record<string, string> = {}): string {
  return folderWith({
    'study.yaml': study(change),
    'cats.jsonl': sentences(60, 'cat').join('\n'),
    'dogs.jsonl': sentences(60, 'dog').join('\n'),
    ...files,
  });
}

describe('assay run, when something is wrong', () => {
  test('a missing path names the source and the path, and exits with 4', () => {
    const { exitCode, stderr } = assay(folder({ cats: 'nowhere/cats.jsonl' }), 'run', 'study.yaml');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/error .*cats.*nowhere\/cats\.jsonl/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('an empty source is an error, not an empty ranking', () => {
    const { exitCode, stderr } = assay(folder({}, { 'cats.jsonl': '' }), 'run', 'study.yaml');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/cats.*no documents/);
  });

  test('a malformed row is named with file and line, counted and skipped', () => {
    const rows = sentences(60, 'cat');
    rows[16] = '{"text": "unfinished';
    rows[20] = '{"body": "wrong field"}';
    const at = folder({}, { 'cats.jsonl': rows.join('\n') });
    const { exitCode, stderr, stdout } = assay(at, 'run', 'study.yaml', '--json');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/cats\.jsonl:17/);
    const { sources } = JSON.parse(stdout) as { sources: { source: string; malformed: number }[] };
    expect(sources.find(({ source }) => source === 'cats')?.malformed).toBe(2);
  });

  test('a malformed row is fatal with onMalformed: fail', () => {
    const rows = sentences(60, 'cat');
    rows[16] = '{"text": "unfinished';
    const at = folder({ onMalformed: 'fail' }, { 'cats.jsonl': rows.join('\n') });
    const { exitCode, stderr } = assay(at, 'run', 'study.yaml');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/cats\.jsonl:17/);
    expect(readdirSync(join(at, 'results')).filter((name) => name === 'runs')).toEqual([]);
  });

  test('a negative share is an error of the study with line and column', () => {
    const { exitCode, stderr } = assay(folder({ both: '{ cats: -0.5, dogs: 1.5 }' }), 'run', 'study.yaml');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/study\.yaml:8:\d+/);
  });

  test('shares that do not add up to 1 say what they add up to', () => {
    const { exitCode, stderr } = assay(folder({ both: '{ cats: 0.5, dogs: 0.4 }' }), 'run', 'study.yaml');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/0\.9/);
  });

  test('a budget larger than the data says which source lacks how many tokens', () => {
    const { exitCode, stderr } = assay(folder({ tokens: '2M' }), 'run', 'study.yaml');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/dogs.*tokens/);
  });

  test('an unknown key gets a suggestion', () => {
    const { exitCode, stderr } = assay(folder({ extra: '  leaningRate: 3e-4\n' }), 'run', 'study.yaml');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/leaningRate.*[Dd]id you mean.*learningRate/);
  });

  test('a folder that cannot be written is refused before any work, with exit code 5', () => {
    const { exitCode, stderr } = assay(folder({ output: 'cats.jsonl/results' }), 'run', 'study.yaml');
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/cats\.jsonl\/results/);
  });

  test('a missing study file and an unknown flag have their own exit codes', () => {
    const at = folder();
    expect(assay(at, 'run', 'nothing.yaml').exitCode).toBe(3);
    expect(assay(at, 'run', 'study.yaml', '--wrokers', '2').exitCode).toBe(2);
    expect(assay(at, 'run', 'study.yaml', '--workers', 'two').exitCode).toBe(2);
    expect(existsSync(join(at, 'results'))).toBe(false);
  });

  test('with --json the error is JSON on stdout', () => {
    const { stdout } = assay(folder({ both: '{ cats: 0.5, dogs: 0.4 }' }), 'run', 'study.yaml', '--json');
    expect(JSON.parse(stdout).error.exitCode).toBe(3);
  });
});

test('assay report on an unfinished study says what is missing', () => {
  const at = folder();
  expect(assay(at, 'run', 'study.yaml', '--quiet').exitCode).toBe(0);
  const runs = join(at, 'results', 'runs');
  const [one] = readdirSync(runs).filter((name) => name.startsWith('dogs-only'));
  rmSync(join(runs, one!), { recursive: true });
  const { exitCode, stdout, stderr } = assay(at, 'report', 'study.yaml');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('error') });
  expect(stdout).toContain('1 of 2 runs is not finished (dogs-only)');
  rmSync(runs, { recursive: true });
  expect(assay(at, 'report', 'study.yaml').exitCode).toBe(4);
});

test.each([
  ['messages', 'stderr', 130],
  ['results', 'stdout', 0],
] as const)(
  'when the reader of its %s goes away, the command ends without a stack',
  async (_what, stream, code) => {
    const at = folder();
    const command = spawn(process.execPath, [main, 'run', 'study.yaml'], { cwd: at });
    command[stream].destroy();
    let other = '';
    command[stream === 'stderr' ? 'stdout' : 'stderr'].on('data', (text) => {
      other += text;
    });
    expect(await new Promise((resolve) => command.on('close', resolve))).toBe(code);
    expect(other).not.toMatch(/\n\s+at /);
  },
);
