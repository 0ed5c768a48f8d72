/**
 * Which mixture of twelve domains, and at which stage? Proxies of 95 thousand parameters choose for a target of 1.1 million:
 * RegMix, RegMix-D before and during the training, DoReMi, RegMix at a tiny rate; against the prior and equal shares.
 *
 *   node examples/mini-pile/mixtures.mjs [step …]     # in the root; about 90 minutes on two cores, goes on where it was
 *
 * Steps: rates, designs, proxies, proposals, targets. All that it makes is in `results/mixtures`; what came of it is in
 * docs/results/mixtures.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const out = join(here, 'results', 'mixtures');
const file = (name) => join(out, name);

/** Megabytes of text that the packages hold of each domain, before 20 MB of it are taken (docs/results/mini-pile.md). */
const found = {
  ...{ c: 95, go: 56, python: 58, sql: 44, tex: 39, 'formal-maths': 22, dictionary: 34, manuals: 26 },
  ...{ 'api-docs': 39, changelogs: 74, german: 21, prose: 23 },
};
const domains = Object.keys(found);
const stages = 5;
const proxies = 64;
/** Peak rates: those at which the prior and equal shares are learnt best, and one at which a proxy moves little. */
const rates = { proxy: 3e-3, tiny: 3e-4, target: 2e-3 };

/** 490 steps each, so that validations stand where stages end. */
const proxy = `proxy:
  model: { layers: 2, width: 32, heads: 2 }
  tokens: 1003520
  batch: 16
  context: 128
  evaluateEvery: 98
  evaluationTokens: 12k
`;
const target = `proxy:
  model: { layers: 4, width: 128, heads: 4 }
  tokens: 2007040
  batch: 32
  context: 128
  evaluateEvery: 98
  evaluationTokens: 12k
`;
const trained = (model, rate, seeds) => `${model}  learningRate: ${rate}\n  seeds: ${seeds}\n`;

const steps = {
  /** Which rate suits each model. `rates` above was set by what this found. */
  rates() {
    const sweep = (rates) => `  sweep: { learningRate: [${rates.join(', ')}] }\n`;
    writeStudy('rates-proxy', plain(), trained(proxy, 3e-3, 1) + sweep([1e-3, 3e-3, 1e-2, 3e-2]));
    writeStudy('rates-target', plain(), trained(target, 2e-3, 1) + sweep([1e-3, 2e-3, 4e-3]), 'target');
    for (const name of ['rates-proxy', 'rates-target']) assay('run', file(`${name}.yaml`));
  },

  /** Mixtures to train proxies on: one a run, and one for every stage of a run. */
  designs() {
    const prior = Object.entries(found).map((pair) => pair.join(','));
    writeFileSync(file('prior.csv'), `${['domain,megabytes', ...prior].join('\n')}\n`);
    const mix = (name, n) =>
      assay('mix', '--prior', file('prior.csv'), '--n', n, '--seed', name, '--out', file(`${name}.csv`));
    mix('constant', proxies);
    mix('changing', stages * proxies);

    const constant = named('mix', rowsOf('constant'));
    writeStudy('constant', constant, trained(proxy, rates.proxy, 1));
    writeStudy('tiny', constant, trained(proxy, rates.tiny, 1));
    const rows = rowsOf('changing');
    const changing = named(
      'mix',
      Array.from({ length: proxies }, (_, i) => rows.slice(stages * i, stages * (i + 1)).map(withEnd)).map(
        (each) => ({ stages: each }),
      ),
    );
    writeStudy('changing', changing, trained(proxy, rates.proxy, 1));
    writeStudy('changing-tiny', changing, trained(proxy, rates.tiny, 1));
    writeStudy('doremi', plain(), trained(proxy, rates.proxy, 1));
    const quarter = Object.fromEntries(Object.entries(changing).slice(0, proxies / 4));
    writeStudy('quarter', quarter, trained(proxy, rates.proxy, 1));
  },

  /** All of RegMix's, of RegMix-D's, a quarter of these, and the reference models and proxies of DoReMi. */
  proxies() {
    for (const name of ['constant', 'tiny', 'changing', 'changing-tiny', 'quarter'])
      assay('run', file(`${name}.yaml`));
    for (const [name, stepSize] of [
      ['doremi', '1'],
      ['doremi-slow', '0.1'],
    ]) {
      const flags = ['--reference', 'prior', '--seeds', 4, '--step-size', stepSize];
      save(`${name}.json`, assay('doremi', file('doremi.yaml'), ...flags, '--json'));
    }
  },

  /** What each method would train the target on: as low a mean of the eight losses as it can. */
  proposals() {
    const propose = (name, runs, ...flags) =>
      assay(
        ...[
          'propose',
          '--results',
          file(`results/${runs}`),
          '--prior',
          file('prior.csv'),
          '--objective',
          'all',
        ],
        ...['--out', file(`${name}.json`), ...flags],
      );
    // As published: trees, and the mean of the 128 best of 100,000 draws.
    propose('regmix', 'constant', '--regressor', 'gbdt', '--proposer', 'regmix');
    propose('regmix-exact', 'constant');
    propose('regmix-tiny', 'tiny');
    const plan = (name, runs, ...flags) => {
      const folder = file(`controllers/${name}`);
      if (existsSync(folder)) return;
      const common = ['--objective', 'all', '--prior', file('prior.csv'), '--stages', stages];
      const printed = assay(
        ...['steer', 'plan', '--results', file(`results/${runs}`), ...common, '--out', folder, ...flags],
        '--json',
      );
      save(`${name}.json`, printed);
    };
    plan('regmix-d', 'changing');
    plan('regmix-d-tiny', 'changing-tiny');
    plan('regmix-d-quarter', 'quarter');
    // As the paper: proxies that keep one mixture, trees, the loss after the next stage.
    plan('regmix-d-paper', 'constant', '--regressor', 'gbdt', '--horizon', 'stage');
  },

  /** The target on each of them, and once more led by its own losses. */
  targets() {
    const run = (name, recipes) => {
      writeStudy(name, recipes, trained(target, rates.target, 3), 'target');
      assay('run', file(`${name}.yaml`));
    };
    const mixtures = (...names) =>
      Object.fromEntries(names.map((name) => [name, shares(json(name).mixture)]));
    const schedules = (...names) =>
      Object.fromEntries(
        names.map((name) => [
          name,
          { stages: json(name).phases.map(({ mixture }, i) => withEnd(shares(mixture), i)) },
        ]),
      );
    const main = {
      ...plain(),
      ...mixtures('doremi', 'regmix', 'regmix-exact', 'regmix-tiny'),
      ...schedules('regmix-d', 'regmix-d-quarter'),
    };
    run('target', main);
    // Does a proxy reach what was predicted of proxies?
    const checked = {
      ...mixtures('regmix', 'regmix-exact', 'regmix-tiny'),
      ...schedules('regmix-d', 'regmix-d-quarter'),
    };
    writeStudy('check', checked, trained(proxy, rates.proxy, 3));
    assay('run', file('check.yaml'));
    writeStudy('online', { online: plain().uniform }, trained(target, rates.target, 3), 'target');
    assay('steer', 'run', file('online.yaml'), '--controller', file('controllers/regmix-d'));
    run('target-all', {
      ...main,
      ...mixtures('doremi-slow'),
      ...schedules('regmix-d-paper', 'regmix-d-tiny'),
    });
  },
};

/** What counts is the proportion of amounts. */
function shares(amounts) {
  const total = Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, amount]) => (amount > 0 ? [[name, amount / total]] : [])),
  );
}

const withEnd = (mixture, i) =>
  i % stages < stages - 1 ? { until: `${(100 / stages) * ((i % stages) + 1)} %`, ...mixture } : mixture;

const plain = () => ({
  prior: shares(found),
  uniform: shares(Object.fromEntries(domains.map((domain) => [domain, 1]))),
});

const named = (prefix, mixtures) =>
  Object.fromEntries(mixtures.map((mixture, i) => [`${prefix}-${String(i).padStart(2, '0')}`, mixture]));

/** The mixtures of a design, a row each. */
function rowsOf(name) {
  const [head, ...lines] = readFileSync(file(`${name}.csv`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) =>
    shares(Object.fromEntries(head.slice(1).map((domain, i) => [domain, Number(cells[i + 1])]))),
  );
}

/** The text and the validation of study.yaml, other recipes and models. */
function writeStudy(name, recipes, models, results = name) {
  const study = readFileSync(join(here, 'study.yaml'), 'utf8');
  const section = (from, to) => study.slice(study.indexOf(`\n${from}:`), study.indexOf(`\n${to}:`) + 1);
  const sources = section('sources', 'languageModels')
    .split('\n')
    .filter((line) => !line.includes('docs-') && !line.trim().startsWith('#'))
    .join('\n');
  const body = Object.entries(recipes).map(([recipe, spec]) => `  ${recipe}: ${flow(spec)}`);
  writeFileSync(
    file(`${name}.yaml`),
    [
      `study: mixtures-${name}\n\ntokenizer: { bpe: 2048 }`,
      sources.replaceAll('path: data/', `path: ${join(here, 'data')}/`),
      `recipes:\n${body.join('\n')}`,
      section('validate', 'contamination').replaceAll('path: data/', `path: ${join(here, 'data')}/`),
      models,
      `run: { output: results/${results}, checkpointSeconds: 30 }\n`,
    ].join('\n'),
  );
}

/** YAML in one line. */
function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${flow(each)}`)
    .join(', ')} }`;
}

/** Runs a command, its progress on the terminal. @returns what it printed */
function assay(...args) {
  const main = join(here, '..', '..', 'dist', 'cli', 'main.js');
  const { status, stdout } = spawnSync(process.execPath, [main, ...args.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

function save(name, text) {
  writeFileSync(file(name), text);
}

function json(name) {
  return JSON.parse(readFileSync(file(`${name}.json`), 'utf8'));
}

mkdirSync(out, { recursive: true });
const asked = process.argv.slice(2);
for (const [name, step] of Object.entries(steps)) if (asked.length === 0 || asked.includes(name)) step();
