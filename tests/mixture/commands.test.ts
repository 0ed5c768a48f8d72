/** `assay mix`, `assay propose` and `assay export` as a user runs them, one after the other. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readTable } from '../../src/mixture/index.js';
import { assay, folderWith } from '../cli/assay.js';

const prior = 'domain,tokens\nweb,600e9\ncode,250e9\nbooks,100e9\nmaths,50e9\n';
const sources = `
web: { paths: [data/web], tokens: 600B, bytes: 2.4e12, documents: 500000000 }
code: { paths: [{ path: data/code-a, tokens: 100B }, { path: data/code-b, tokens: 150B }], tokens: 250B }
books: { paths: [data/books], tokens: 100B }
maths: { paths: [data/maths], tokens: 50B }
`;

/** Losses of runs on the mixtures of a table, by log-linear laws with little noise. */
async function trainedOn(file: string): Promise<string> {
  const { index, numbers } = await readTable(file);
  const rows = index.map((name, row) => {
    const [web, code, books, maths] = numbers.values.subarray(row * 4, row * 4 + 4);
    const wiki = 2.5 + Math.exp(0.2 - 1.5 * web! - 0.5 * books! + 0.4 * code!);
    const sums = 1.5 + Math.exp(0.5 - 3 * maths! - 0.5 * code!);
    // Digits far down the index stand for noise.
    return `${name},${wiki + 0.001 * Math.sin(row)},${sums + 0.001 * Math.cos(row)},${1 - sums / 5}`;
  });
  return `index,metric/wiki_val_loss,metric/sums_val_loss,sums_accuracy\n${rows.join('\n')}\n`;
}

describe('from a prior to a trainer’s file', () => {
  const folder = folderWith({ 'prior.csv': prior, 'sources.yaml': sources });
  const run = (...args: string[]) => assay(folder, ...args);

  test.each(['regmix', 'sobol', 'd-optimal'])(
    'assay mix --design %s writes as many mixtures as asked, in the published layout',
    async (design) => {
      const { exitCode, stderr } = run(
        'mix',
        '--prior',
        'prior.csv',
        '--n',
        '48',
        '--design',
        design,
        '--out',
        `${design}.csv`,
      );
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      const { columns, index, numbers } = await readTable(join(folder, `${design}.csv`));
      expect(columns).toEqual(['web', 'code', 'books', 'maths']);
      expect(index).toEqual(Array.from({ length: 48 }, (_, i) => `${i + 1}`));
      for (let row = 0; row < 48; row++) {
        const shares = [...numbers.values.subarray(row * 4, row * 4 + 4)];
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
        for (const share of shares)
          expect(Math.abs(share / 2e-4 - Math.round(share / 2e-4))).toBeLessThan(1e-6);
      }
    },
  );

  test('assay mix prints to stdout, repeats anchors at the end, and gives the same for the same seed', () => {
    const flags = [
      'mix',
      '--prior',
      'prior.csv',
      '--n',
      '8',
      '--anchors',
      '2',
      '--repeats',
      '3',
      '--seed',
      'a',
    ];
    const { stdout } = run(...flags);
    const rows = stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^\d+,/, ''));
    expect(rows).toHaveLength(12);
    expect(rows.slice(8)).toEqual([rows[0], rows[0], rows[1], rows[1]]);
    expect(run(...flags).stdout).toBe(stdout);
    const { mixtures } = JSON.parse(run(...flags, '--json').stdout);
    expect(mixtures[3].join(',')).toBe(rows[3]);
  });

  test('assay propose finds the optimum of the laws under the supply, better than RegMix’s, and assay export writes it', async () => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'losses.csv'), await trainedOn(join(folder, 'regmix.csv')));
    const flags = [
      '--mixtures',
      'regmix.csv',
      '--losses',
      'losses.csv',
      '--prior',
      'prior.csv',
      '--regressor',
      'loglinear',
      '--draws',
      '4000',
      '--refits',
      '10',
    ];
    const supply = [
      '--supply',
      'prior.csv',
      '--budget',
      '2000B',
      '--max-repeat',
      '2.5',
      '--out',
      'proposal.json',
    ];
    const proposed = run(
      'propose',
      ...flags,
      '--objective',
      'wiki',
      '--also',
      'all',
      '--higher',
      'sums_accuracy',
      ...supply,
    );
    expect(proposed.stderr).toContain('Proposal: ');
    expect(proposed.stdout).toContain('at its largest');
    const proposal = JSON.parse(readFileSync(join(folder, 'proposal.json'), 'utf8'));
    // 600B tokens 2.5 times over are 75 % of 2000B; the rest is best spent on books, of which there are 12.5 %.
    expect(proposal.mixture.web).toBeCloseTo(0.75, 5);
    expect(proposal.mixture.books).toBeCloseTo(0.125, 5);
    expect(proposal.exact.cost).toBeLessThanOrEqual(proposal.sampled.cost);
    expect(proposal.gain.low).toBeGreaterThan(0);
    expect(proposal.predicted).toHaveLength(3);

    const exported = run(
      'export',
      'proposal.json',
      '--format',
      'olmo-core',
      '--sources',
      'sources.yaml',
      '--context',
      '4096',
    );
    expect(exported.exitCode).toBe(0);
    const { sources: written } = parse(exported.stdout);
    expect(written[0]).toMatchObject({ source_name: 'web', paths: ['data/web'] });
    expect(written[0].max_repetition_ratio).toBeCloseTo(2.5, 3);
    expect(exported.stderr).toContain('do not carry over to another tokenizer');
    const json = JSON.parse(run('export', 'proposal.json', '--format', 'json').stdout);
    const tokens = Object.values(json.phases[0].domains as Record<string, { tokens: number }>).map(
      (each) => each.tokens,
    );
    expect(tokens.reduce((sum, count) => sum + count, 0)).toBe(2000e9);
  });

  test('several metrics are combined, and a front between two is written', () => {
    const flags = [
      '--mixtures',
      'regmix.csv',
      '--losses',
      'losses.csv',
      '--regressor',
      'loglinear',
      '--draws',
      '2000',
      '--refits',
      '2',
      '--json',
    ];
    const worst = JSON.parse(
      run(
        'propose',
        ...flags,
        '--objective',
        'wiki',
        'sums_val',
        '--combine',
        'worst-change',
        '--pareto',
        'sums_val',
      ).stdout,
    );
    const [wiki, sums] = worst.predicted;
    expect(wiki.prior - wiki.proposal).toBeCloseTo(sums.prior - sums.proposal, 4);
    expect(worst.pareto.length).toBeGreaterThan(2);
    const weighted = JSON.parse(run('propose', ...flags, '--objective', 'wiki=3', 'sums_val=1').stdout);
    expect(weighted.objective.weights).toEqual({ 'metric/wiki_val_loss': 3, 'metric/sums_val_loss': 1 });
  });

  test('a schedule gives a file a phase, into a folder', () => {
    const schedule = {
      phases: [
        { share: 0.8, mixture: { web: 0.7, code: 0.3 } },
        { share: 0.2, mixture: { code: 0.5, maths: 0.5 } },
      ],
    };
    const at = folderWith({ 'schedule.json': JSON.stringify(schedule), 'sources.yaml': sources });
    const flags = [
      'export',
      'schedule.json',
      '--sources',
      'sources.yaml',
      '--budget',
      '10B',
      '--format',
      'megatron',
    ];
    const refused = assay(at, ...flags);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      'writes several files, got blend-phase-1.txt, blend-phase-2.txt. Say where with `--out <folder>`.',
    );
    expect(assay(at, ...flags, '--out', 'blends').exitCode).toBe(0);
    expect(existsSync(join(at, 'blends/blend-phase-2.txt'))).toBe(true);
    expect(readFileSync(join(at, 'blends/blend-phase-1.txt'), 'utf8')).toBe(
      '0.7 data/web 0.12 data/code-a 0.18 data/code-b\n',
    );
  });
});

describe('what cannot be done is said in one line', () => {
  const folder = folderWith({
    'prior.csv': 'domain,tokens\nweb,1\ncode,1\n',
    'mixture.json': '{ "mixture": { "web": 1 } }',
  });

  test.each<[string[], number, string]>([
    [
      ['mix', '--prior', 'prior.csv', '--n', '4', '--design', 'grid'],
      2,
      'Allowed choices are regmix, sobol, d-optimal',
    ],
    [['mix', '--prior', 'absent.csv', '--n', '4'], 4, 'absent.csv: no such file'],
    [
      ['propose', '--mixtures', 'a.csv', '--losses', 'b.csv', '--objective', 'x', '--min', 'web'],
      2,
      'Expected domain=share',
    ],
    [['export', 'mixture.json', '--format', 'json'], 2, 'Give `--budget`'],
    [['export', 'mixture.json', '--format', 'megatron', '--budget', '1B'], 4, 'has no paths'],
  ])('assay %j', (args, exitCode, message) => {
    const outcome = assay(folder, ...args);
    expect(outcome.stderr).toContain(message);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout).toBe('');
  });
});
