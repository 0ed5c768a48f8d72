/** `assay steer` as a user and a trainer run it, and the page that describes it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { MixtureSchedule, ReplayedStage } from '../../src/mixture/index.js';
import { Random } from '../../src/random.js';
import { domains, metrics, proxies, stages } from '../mixture/regmix-d/simulated.js';
import { assay, folderWith, main } from './assay.js';

/** The tables that `assay steer` reads, of runs of the simulated world. */
function tables(count: number, seed: string) {
  const mixtures = [['run', 'step', ...domains].join(',')];
  const losses = ['run,step,domain,loss'];
  for (const run of proxies('changing', count, Random.fromSeed(seed)).runs) {
    for (const { from, shares } of run.mixtures) mixtures.push([run.run, from * 100, ...shares].join(','));
    run.progress.forEach((progress, i) => {
      metrics.forEach((metric, m) => {
        losses.push([run.run, progress * 100, metric, run.losses.values[i * metrics.length + m]].join(','));
      });
    });
  }
  return { mixtures: `${mixtures.join('\n')}\n`, losses: `${losses.join('\n')}\n` };
}

const proxyTables = tables(48, 'proxies');
const pastTables = tables(2, 'past');
const folder = folderWith({
  'mixtures.csv': proxyTables.mixtures,
  'losses.csv': proxyTables.losses,
  'past-mixtures.csv': pastTables.mixtures,
  'past-losses.csv': pastTables.losses,
  'now.json': JSON.stringify({ stage: 0, losses: { web: 4.5, basics: 4, expert: 4.2 } }),
  'other.json': JSON.stringify({ stage: 0, losses: { web: 4.4, basics: 4, expert: 4.2 } }),
  'supply.json': '{ "web": "100B", "basics": "0.2B", "expert": "100B" }',
  'sources.yaml': domains.map((domain) => `${domain}: { paths: [data/${domain}], tokens: 100B }`).join('\n'),
});
const run = (...args: string[]) => assay(folder, 'steer', ...args);
const tablesFlags = ['--mixtures', 'mixtures.csv', '--trajectories', 'losses.csv'];
const planFlags = [
  ...tablesFlags,
  ...['--objective', 'web=0.3', 'expert', '--stages', `${stages}`, '--regressor', 'linear'],
  ...['--horizon', 'hold', '--draws', '500', '--quiet'],
];

let schedule: MixtureSchedule;
beforeAll(() => {
  const made = run('plan', ...planFlags, '--out', 'controller', '--json');
  expect({ code: made.exitCode, stderr: made.stderr }).toMatchObject({ code: 0 });
  schedule = JSON.parse(made.stdout);
  writeFileSync(join(folder, 'schedule.json'), made.stdout);
});

describe('assay steer plan', () => {
  test('prints a schedule that assay export writes as phases of whole tokens', () => {
    expect(schedule.phases).toHaveLength(stages);
    const exported = assay(
      folder,
      ...[
        'export',
        'schedule.json',
        '--format',
        'json',
        '--sources',
        'sources.yaml',
        '--budget',
        '1B',
        '--json',
      ],
    );
    expect({ code: exported.exitCode, stderr: exported.stderr }).toMatchObject({ code: 0 });
    const { plan } = JSON.parse(exported.stdout);
    expect(plan.phases.map(({ tokens }: { tokens: number }) => tokens)).toEqual(Array(stages).fill(250e6));
  });

  test('keeps to the supply over the whole schedule', () => {
    const scarce = run(
      'plan',
      ...planFlags,
      ...['--supply', 'supply.json', '--budget', '1B', '--max-repeat', '1', '--out', 'scarce', '--json'],
    );
    const { phases } = JSON.parse(scarce.stdout) as MixtureSchedule;
    const used = phases.reduce((sum, { share, mixture }) => sum + share * mixture.basics!, 0);
    expect(used).toBeLessThanOrEqual(0.2 + 1e-9);
    expect(
      schedule.phases.reduce((sum, { share, mixture }) => sum + share * mixture.basics!, 0),
    ).toBeGreaterThan(0.2);
  });

  test('warns of proxies that keep one mixture', () => {
    const rows = proxyTables.mixtures.split('\n').filter((row) => !/^\d+,(25|50|75),/.test(row));
    writeFileSync(join(folder, 'constant.csv'), rows.join('\n'));
    const warned = run('plan', ...planFlags, '--mixtures', 'constant.csv', '--out', 'constant');
    expect(warned.stderr).toContain('Warning: every proxy keeps one mixture');
    expect(run('plan', ...planFlags, '--out', 'changing').stderr).not.toContain('Warning');
  });

  test('prints a table for people, and refuses a folder that holds a controller, and flags that do not fit', () => {
    const table = run('plan', ...planFlags, '--out', 'table');
    expect(table.stdout).toMatch(/until +web +basics +expert +web +expert\n +25\.0 % /);
    expect(run('plan', ...planFlags, '--out', 'controller').stderr).toContain('holds a controller already');
    const both = run('plan', ...planFlags, '--results', 'x', '--out', 'y');
    expect(both).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('come from two files or from one folder'),
    });
    expect(run('next').exitCode).toBe(2);
    expect(run('serve', '--controller', 'controller', '--token-file', 't', '--port', '99999').exitCode).toBe(
      2,
    );
    const unknown = run('plan', ...planFlags, '--objective', 'wiki', '--out', 'y');
    expect(unknown.stderr).toContain('metric "wiki": no such column, expected one of web, basics, expert');
  });
});

describe('assay steer next and replay', () => {
  test('prints the mixture, the same one again, and refuses other losses', () => {
    const first = run('next', '--controller', 'controller', '--losses', 'now.json');
    expect(first.exitCode).toBe(0);
    expect(Object.keys(JSON.parse(first.stdout).mixture)).toEqual(domains);
    expect(run('next', '--controller', 'controller', '--losses', 'now.json').stdout).toBe(first.stdout);
    const refused = run('next', '--controller', 'controller', '--losses', 'other.json');
    expect(refused).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringContaining('stage 0: was answered for another loss "web"'),
    });
    const replay = run('replay', '--controller', 'controller');
    expect(JSON.parse(replay.stdout)).toEqual({ same: true, stages: [{ stage: 0, same: true }] });
  });

  test('follows past runs stage by stage', () => {
    const replay = run(
      'replay',
      ...[
        '--controller',
        'controller',
        '--mixtures',
        'past-mixtures.csv',
        '--trajectories',
        'past-losses.csv',
      ],
    );
    const runs = JSON.parse(replay.stdout) as { run: string; stages: ReplayedStage[] }[];
    expect(runs.map((one) => [one.run, one.stages.length])).toEqual([
      ['0', stages],
      ['1', stages],
    ]);
    for (const { losses, advised } of runs.flatMap((one) => one.stages)) {
      expect(Math.abs(losses.web!.predicted - losses.web!.observed)).toBeLessThan(0.5);
      expect(Object.values(advised).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
  });
});

const page = readFileSync(new URL('../../docs/steering.md', import.meta.url), 'utf8');
const python = spawnSync('python3', ['--version']).status === 0;

/** A "model" whose losses fall with the share of each domain: enough to be steered from first stage to last. */
const driver = `
losses = {"web": 4.5, "basics": 4.0, "expert": 4.2}
seen = []

def train_until(mixture, end):
    seen.append([mixture, end])
    for name, share in mixture.items():
        losses[name] -= 0.5 * share

train(lambda: dict(losses), train_until)
train_again = next_mixture(0, {"web": 4.5, "basics": 4.0, "expert": 4.2})
assert train_again["mixture"] == seen[0][0]
try:
    next_mixture(0, dict(losses))
    raise SystemExit("other losses were not refused")
except urllib.error.HTTPError as error:
    assert error.code == 409, error.code
print(json.dumps(seen))
`;

test.runIf(python)(
  'the trainer on the page is steered over HTTP from the first stage to the last (needs python3)',
  async () => {
    run('plan', ...planFlags, '--out', 'served');
    const server = spawn(
      process.execPath,
      [main, 'steer', 'serve', '--controller', 'served', '--token-file', 'token'],
      { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const end = once(server, 'exit');
    try {
      let printed = '';
      while (!printed.includes('}')) printed += String((await once(server.stdout, 'data'))[0]);
      const { url } = JSON.parse(printed) as { url: string };
      const [, example] = /```python\n([^`]+)```/.exec(page)!;
      writeFileSync(join(folder, 'trainer.py'), `${example}\nimport urllib.error\n${driver}`);
      const trainer = spawnSync('python3', ['trainer.py'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, STEER_URL: url, STEER_TOKEN_FILE: 'token' },
      });
      expect({ status: trainer.status, stderr: trainer.stderr }).toEqual({ status: 0, stderr: '' });
      const seen = JSON.parse(trainer.stdout) as [Record<string, number>, number][];
      expect(seen.map(([, until]) => until)).toEqual([0.25, 0.5, 0.75, 1]);
      expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
    } finally {
      server.kill('SIGTERM');
    }
    expect(await end).toEqual([0, null]);
    expect(JSON.parse(run('replay', '--controller', 'served').stdout)).toMatchObject({ same: true });
  },
);
