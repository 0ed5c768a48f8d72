/**
 * DoReMi on real mail beside noise.
 *
 * The noise is letters drawn at random: a model learns their frequencies at once, and nothing more. Soon neither the
 * reference nor the proxy can be better than ln 26 nats on it, so its excess loss is what is left of both models' errors.
 * Mail can be learned for as long as the run lasts, and the reference, whose training is over, is ahead of the proxy on
 * it. So DoReMi must take share from the noise, from whatever mixture the reference was trained on.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DoremiProposal } from '../../src/doremi-run.js';
import { Random } from '../../src/random.js';
import { kill } from '../executor/study-process.js';
import { assay, folderWith, startAssay } from './assay.js';

const mail = readFileSync(
  fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url)),
  'utf8',
)
  .split('\n')
  .filter(Boolean)
  .slice(0, 600)
  .join('\n');

const random = Random.fromSeed(8);
const letters = () => Array.from({ length: 700 }, () => String.fromCharCode(97 + random.below(26))).join('');
const noise = Array.from({ length: 600 }, () => JSON.stringify({ text: letters() })).join('\n');

const study = (rate: string, tokens: string) => `
study: letters
tokenizer: bytes
sources:
  mail: { path: mail.jsonl }
  noise: { path: noise.jsonl }
recipes:
  half: { mail: 0.5, noise: 0.5 }
  long-mail: { mail: { weight: 0.3, where: "words >= 20" }, noise: 0.7 }
validate:
  mail: { holdout: 5 %, of: mail }
proxy:
  model: { layers: 1, width: 32, heads: 2 }
  learningRate: ${rate}
  tokens: ${tokens}
  batch: 16
  context: 32
  seeds: 2
  evaluationTokens: 2k
run: { output: results, checkpointSeconds: 0 }
`;

const newStudy = (rate = '5e-3', tokens = '50k') =>
  folderWith({ 'study.yaml': study(rate, tokens), 'mail.jsonl': mail, 'noise.jsonl': noise });

/** Every file of DoReMi that training decides, by its hash. */
function bitsOf(folder: string): Record<string, string> {
  const doremi = join(folder, 'results', 'doremi');
  const files = readdirSync(join(doremi, 'proxies'))
    .sort()
    .flatMap((proxy) =>
      ['weights.jsonl', 'checkpoint.safetensors'].map((file) => join('proxies', proxy, file)),
    );
  return Object.fromEntries(
    [...files, 'proposal.json'].map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(doremi, file)))
        .digest('hex'),
    ]),
  );
}

/** The paper's step size of 1 throws the weights from one end to the other, and the mean of a short run with them. */
const slowly = ['--step-size', '0.1', '--seeds', '2'];

describe('assay doremi', () => {
  let folder: string;
  let proposal: DoremiProposal;

  beforeAll(() => {
    folder = newStudy('5e-3', '120k');
    const { exitCode, stdout } = assay(
      folder,
      ...['doremi', 'study.yaml', '--reference', 'half', ...slowly, '--quiet', '--json'],
    );
    expect(exitCode).toBe(0);
    proposal = JSON.parse(stdout);
  });

  test('takes share from what cannot be learned', () => {
    expect(proposal.prior).toEqual({ mail: 0.5, noise: 0.5 });
    expect(proposal.mixture.noise).toBeLessThan(0.45);
  });

  test('gives shares that add up to 1, with their standard error over seeds', () => {
    const { mixture, standardError, rounds } = proposal;
    expect(mixture.mail! + mixture.noise!).toBeCloseTo(1, 10);
    const [one, two] = rounds[0]!.runs.map((run) => run.mixture.noise!);
    expect(mixture.noise).toBeCloseTo((one! + two!) / 2, 10);
    expect(standardError!.noise).toBeCloseTo(Math.abs(one! - two!) / 2, 10);
  });

  test('keeps the weights of every step, none below c / k', () => {
    for (const { weights } of proposal.rounds[0]!.runs) {
      const lines = readFileSync(join(folder, 'results', weights), 'utf8')
        .trim()
        .split('\n');
      expect(lines).toHaveLength(Math.ceil(120_000 / (16 * 32)));
      for (const line of lines) {
        const { mail, noise } = JSON.parse(line).weights;
        expect(mail + noise).toBeCloseTo(1, 10);
        expect(Math.min(mail, noise)).toBeGreaterThanOrEqual(0.001 / 2);
      }
    }
  });

  test('its reference is the run that `assay run` makes of the recipe', () => {
    assay(folder, 'run', 'study.yaml', '--quiet');
    const runs = readdirSync(join(folder, 'results', 'runs')).filter((name) => name.startsWith('half-'));
    expect(runs.sort()).toEqual(
      proposal.rounds[0]!.runs.map(({ reference }) => reference.replace('runs/', '')).sort(),
    );
  });

  test('is printed with a recipe that the study can take', () => {
    const { stdout } = assay(
      folder,
      ...['doremi', 'study.yaml', '--reference', 'half', ...slowly, '--quiet'],
    );
    const [recipe] = /doremi: \{.*\}/.exec(stdout)!;
    const longer = folderWith({
      'study.yaml': study('5e-3', '50k').replace('recipes:', `recipes:\n  ${recipe}`),
      'mail.jsonl': mail,
      'noise.jsonl': noise,
    });
    const planned = assay(longer, 'plan', 'study.yaml', '--json');
    expect(planned.exitCode).toBe(0);
    expect(JSON.parse(planned.stdout).recipes).toContain('doremi');
  });

  test('is a proposal that `assay export` reads', () => {
    const file = join('results', 'doremi', 'proposal.json');
    const { stdout, exitCode } = assay(
      folder,
      ...['export', file, '--format', 'json', '--budget', '1M', '--json'],
    );
    expect(exitCode).toBe(0);
    const { plan } = JSON.parse(stdout);
    expect(plan.domains.map(({ name }: { name: string }) => name).sort()).toEqual(['mail', 'noise']);
    const tokens = plan.phases[0].domainTokens as number[];
    expect(tokens.reduce((sum, count) => sum + count)).toBe(1_000_000);
    for (const { epochs } of plan.domains) expect(epochs).toBeGreaterThan(0);
  });
});

test('further rounds start from the last answer, on the documents of the reference, and end when it stays', () => {
  const folder = newStudy();
  const run = (...flags: string[]): DoremiProposal => {
    const args = ['doremi', 'study.yaml', '--reference', 'long-mail', '--quiet', '--json'];
    const { exitCode, stdout } = assay(folder, ...args, ...flags);
    expect(exitCode).toBe(0);
    return JSON.parse(stdout);
  };
  const two = run('--rounds', '2');
  expect(two.rounds).toHaveLength(2);
  expect(two.prior).toEqual({ mail: 0.3, noise: 0.7 });
  const [first, second] = two.rounds;
  expect(second!.reference.noise).toBeCloseTo(first!.mixture.noise!, 10);
  expect(two.mixture).toEqual(second!.mixture);
  // A change of any size is small enough.
  expect(run('--rounds', '2', '--tolerance', '1').rounds).toEqual([first]);
}, 240_000);

test('killed at any moment and started again, it ends with the same bits', async () => {
  const [whole, killed] = [newStudy(), newStudy()];
  const args = ['doremi', 'study.yaml', '--reference', 'half', '--variant', 'public-code', '--quiet'];
  expect(assay(whole, ...args).exitCode).toBe(0);
  const proxies = join(killed, 'results', 'doremi', 'proxies');
  const lines = (): number => {
    const [proxy] = existsSync(proxies) ? readdirSync(proxies) : [];
    const path = proxy === undefined ? '' : join(proxies, proxy, 'weights.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
  };
  const met: number[] = [];
  for (const least of [0, 1, 30, 70]) {
    const command = startAssay(killed, ...args);
    const ended = new Promise((resolve) => command.once('exit', resolve));
    while (lines() < least || (least === 0 && !existsSync(join(killed, 'results', 'runs')))) await sleep(20);
    kill(command.pid!);
    await ended;
    met.push(lines());
  }
  expect(met.filter((count) => count > 0).length).toBeGreaterThanOrEqual(3);
  expect(assay(killed, ...args).exitCode).toBe(0);
  expect(bitsOf(killed)).toEqual(bitsOf(whole));
}, 240_000);

describe('refuses, with exit code and fix,', () => {
  test.each([
    ['a tiny rate', 'tiny', [], 2, '--learning-rate 1e-3'],
    ['a recipe that is not there', '5e-3', ['--reference', 'hlaf'], 2, 'one of half, long-mail'],
    ['a smoothing of 1', '5e-3', ['--smoothing', '1'], 2, 'at least 0 and below 1'],
    ['a step size of 0', '5e-3', ['--step-size', '0'], 2, 'a number above 0'],
    ['an unknown objective', '5e-3', ['--objective', 'mean'], 2, 'domain-mean'],
  ] as const)('%s', (_, rate, flags, code, said) => {
    const { exitCode, stderr } = assay(newStudy(rate), 'doremi', 'study.yaml', ...flags);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(code);
  });
});
