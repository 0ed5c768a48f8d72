/** The study of the paper's 23 recipes: what it holds, and that planning it touches no network. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../src/load-study.js';
import type { RecipeSpec } from '../../src/records.js';
import { folderWith, main } from '../cli/assay.js';

const file = fileURLToPath(new URL('../../examples/paper-23/study.yaml', import.meta.url));

const weights = ({ sources }: RecipeSpec) =>
  Object.fromEntries(Object.entries(sources).map(([name, { weight }]) => [name, weight]));

describe('the 23 recipes of Table 1', () => {
  test('are all there, in the paper’s four categories', async () => {
    const { recipes, proxy } = await loadStudy(file);
    const names = Object.keys(recipes);
    expect(names).toHaveLength(23);
    const starting = (prefix: string) => names.filter((name) => name.startsWith(prefix)).length;
    expect([starting('Pile-CC70-'), starting('Pile-no'), starting('RP2-'), starting('DCLM-dedup-')]).toEqual([
      4, 6, 6, 4,
    ]);
    expect(proxy).toMatchObject({ batch: 128, context: 1024, seeds: 3, tokens: { perParameter: 20 } });
    expect(proxy).toMatchObject({
      weightDecay: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      stableShare: 0.66,
    });
  });

  test('have the shares that their names say', async () => {
    const { recipes } = await loadStudy(file);
    for (const [name, recipe] of Object.entries(recipes)) {
      const pile = /^Pile-CC70-S(\d+)A(\d+)$/.exec(name);
      const quality = /^RP2-H(\d+)T(\d+)$/.exec(name);
      const named = pile
        ? { 'pile-cc': 0.7, stackexchange: Number(pile[1]) / 100, arxiv: Number(pile[2]) / 100 }
        : quality && { 'head-middle': Number(quality[1]) / 100, tail: Number(quality[2]) / 100 };
      if (named === null) continue;
      const wanted = Object.fromEntries(Object.entries(named).filter(([, share]) => share > 0));
      expect(weights(recipe), name).toEqual(wanted);
    }
  });

  test('drop what Tables 3 to 6 say', async () => {
    const { recipes } = await loadStudy(file);
    const limit = (name: string, column: string) => {
      const found = recipes[`DCLM-dedup-${name}`]!.sources.dclm!.where.filter((one) =>
        one.startsWith(`${column} `),
      );
      expect(found).toHaveLength(1);
      return Number(found[0]!.split(' <= ')[1]);
    };
    expect(['L', 'LS', 'G', 'GS'].map((name) => limit(name, 'dup_line_fraction'))).toEqual([
      0.2, 0.15, 0.3, 0.3,
    ]);
    expect(['L', 'LS', 'G', 'GS'].map((name) => limit(name, 'top_2gram_chars'))).toEqual([
      0.2, 0.2, 0.14, 0.2,
    ]);
    expect(['L', 'LS', 'G', 'GS'].map((name) => limit(name, 'dup_10gram_chars'))).toEqual([
      0.1, 0.1, 0.1, 0.03,
    ]);
    expect(recipes['DCLM-dedup-G']!.sources.dclm!.where).toHaveLength(13);
  });
});

test('planning them reads nothing, opens no connection and says what is an estimate', () => {
  const guard = folderWith({
    'guard.cjs': `
      const refuse = (name) => () => { process.stderr.write('network: ' + name + '\\n'); process.exit(99); };
      require('node:net').Socket.prototype.connect = refuse('connect');
      require('node:dgram').Socket.prototype.send = refuse('send');
      for (const dns of [require('node:dns'), require('node:dns').promises])
        for (const name of Object.keys(dns)) if (/^(lookup|resolve)/.test(name)) dns[name] = refuse(name);
      globalThis.fetch = refuse('fetch');
    `,
    'connects.cjs': "require('node:net').connect(9, '127.0.0.1');",
  });
  const withGuard = (...args: string[]) =>
    spawnSync(process.execPath, ['--require', join(guard, 'guard.cjs'), ...args], { encoding: 'utf8' });
  // The guard works.
  expect(withGuard(join(guard, 'connects.cjs')).status).toBe(99);

  const { status, stdout, stderr } = withGuard(main, 'plan', file);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('23 recipes × 3 seeds = 69 runs');
  expect(stdout).toMatch(/time {6}of gpt2-small not measured: two steps would take about \d+ min/);
  expect(stdout).toMatch(/about 1,520 GPU-hours in fp32, 206 in TF32, 103 in bf16/);
  expect(stdout).toMatch(/an estimate: NVIDIA H100 SXM at 40 % of its peak rates/);

  const plan = JSON.parse(withGuard(main, 'plan', file, '--json').stdout);
  // 6 FLOPs for each parameter of a matrix product and token, and attention: 12 · layers · width · context.
  const perToken = 6 * (12 * 12 * 768 ** 2 + 50257 * 768) + 12 * 12 * 768 * 1024;
  expect(plan.flops / (69 * 18989 * 128 * 1024 * perToken)).toBeCloseTo(1, 6);
  expect(plan.gpu.hours.fp32).toBeCloseTo(plan.flops / (0.4 * 66.9e12) / 3600, 6);
  expect(plan.expected).toBeUndefined();
}, 60_000);
