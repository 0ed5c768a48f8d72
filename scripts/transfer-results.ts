/**
 * What a study with a target found, as small JSON and the tables of docs/results/:
 *
 *     npx tsx scripts/transfer-results.ts examples/effect/results/effect docs/results/effect
 *
 * writes `effect.json` and `effect.svg`, and prints the tables: agreement and regret of the proxy by learning rate, the
 * tuned target, and what elimination would have done at each rate. Further arguments name groups of recipes that begin
 * alike, among which agreement is measured anew:
 *
 *     npx tsx scripts/transfer-results.ts RESULTS OUT reference-pages=corpus,quality,dedup
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../src/random.js';
import { analyseTransfer, replayElimination, type TrainedRun, trajectoriesOf } from '../src/ranking/index.js';
import type { Estimated, Report, RunSpec, Transfer, TransferAnalysis } from '../src/records.js';
import { readEvaluations, readRunSpec } from '../src/train/index.js';

const [results, out, ...groups] = process.argv.slice(2) as [string, string, ...string[]];
const report: Report = JSON.parse(readFileSync(join(results, 'report', 'report.json'), 'utf8'));
const [analysis] = report.transfer as [TransferAnalysis];
const objective = analysis.objectives[0]!.name;

const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: (string | number)[][]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const estimated = ({ value, interval }: Estimated, digits: number) =>
  value.toFixed(digits) +
  (interval ? ` [${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]` : '');

interface Run {
  folder: string;
  spec: RunSpec;
}

const runs: Run[] = readdirSync(join(results, 'runs'))
  .filter((name) => !name.startsWith('.'))
  .map((name) => join(results, 'runs', name))
  .map((folder) => ({ folder, spec: readRunSpec(folder) }));
const ofProxy = ({ spec }: Run) =>
  spec.parameters === report.proxy.parameters && spec.steps === report.proxy.steps;

function replay(rate: number) {
  const atRate = runs.filter((run) => ofProxy(run) && run.spec.schedule.learningRate === rate);
  const trajectories = trajectoriesOf(
    atRate.map(({ folder, spec: { recipe, seed } }) => ({
      recipe,
      seed,
      evaluations: readEvaluations(folder),
    })),
    report.ranking.weights,
  );
  return [1, 3].map((keep) => {
    const { elimination, best, bestStopped, regretNats } = replayElimination(trajectories, {
      keep,
      confidence: 0.95,
    });
    const { savedShare, kept } = elimination;
    return { keep, savedShare, kept, best, bestStopped, regretNats };
  });
}

const rates = analysis.settings.map(({ hyperparameters, transfer, stability, seedVariance }) => {
  const learningRate = hyperparameters.learningRate!;
  const { spearman, kendall, pairwise, regret } = transfer[objective]!;
  const byDomain = Object.entries(transfer).map(([name, each]) => [name, each.spearman.value]);
  return {
    learningRate,
    ...{ spearman, kendall, pairwise, regret },
    spearmanByDomain: Object.fromEntries(byDomain),
    settledShare: stability?.settledShare,
    seedVariance: seedVariance && {
      seedDeviation: seedVariance.seedDeviation,
      recipeDeviation: seedVariance.recipeDeviation,
      spearmanBetweenSeeds: seedVariance.spearmanBetweenSeeds,
    },
    elimination: replay(learningRate),
  };
});

/** The objective at the end of a run. */
function trained({ folder, spec }: Run): TrainedRun {
  const domains = readEvaluations(folder).at(-1)!.domains;
  const loss = Object.entries(report.ranking.weights).reduce(
    (sum, [name, weight]) => sum + weight * domains[name]!.lossNats,
    0,
  );
  const measured = { steps: Float64Array.of(spec.steps), values: Float64Array.of(loss) };
  return {
    recipe: spec.recipe,
    model: ofProxy({ folder, spec }) ? 'proxy' : 'target',
    seed: String(spec.seed),
    hyperparameters: { learningRate: spec.schedule.learningRate },
    measured: { [objective]: measured },
  };
}

/** Transfer among the recipes whose names begin with one of `NAME=prefix,prefix`. */
function withinGroup(group: string) {
  const [name, prefixes] = group.split('=') as [string, string];
  // Other attempts and the search for a rate leave runs of other rates and lengths beside the study's own.
  const ratesOf = (curves: typeof analysis.curves.proxy) =>
    new Set(curves.flatMap(({ points }) => points.map(({ learningRate }) => learningRate)));
  const rates = { proxy: ratesOf(analysis.curves.proxy), target: ratesOf(analysis.curves.target) };
  const ofTarget = runs.filter(({ spec }) => spec.parameters !== report.proxy.parameters);
  const ownRuns = [
    ...runs.filter((run) => ofProxy(run) && rates.proxy.has(run.spec.schedule.learningRate)),
    ...ofTarget.filter(
      ({ spec }) =>
        spec.steps === Math.max(...ofTarget.map((run) => run.spec.steps)) &&
        rates.target.has(spec.schedule.learningRate),
    ),
  ];
  const begins = (recipe: string) => prefixes.split(',').some((prefix) => recipe.startsWith(prefix));
  const chosen = ownRuns.filter(({ spec }) => begins(spec.recipe));
  const among = analyseTransfer(
    { metrics: [{ name: objective, better: 'lower', weight: 1 }], runs: chosen.map(trained) },
    { proxy: 'proxy', target: 'target', random: Random.fromSeed(0).split(name) },
  );
  return {
    name,
    recipes: among.tuned.length,
    rates: among.settings.map(({ hyperparameters, transfer }) => {
      const { spearman, pairwise, regret } = transfer[objective]!;
      return { learningRate: hyperparameters.learningRate!, spearman, pairwise, regret };
    }),
  };
}

const within = groups.map(withinGroup);
const { proxy, target, tuned, curves, heatMap } = analysis;
const found = {
  study: report.study,
  proxy,
  target,
  objective,
  cost: report.cost,
  rateBand: report.rateBand,
  rates,
  ...(within.length > 0 && { within }),
};
writeFileSync(`${out}.json`, `${JSON.stringify({ ...found, tuned, curves, heatMap }, null, 1)}\n`);
copyFileSync(join(results, 'report', 'transfer.svg'), `${out}.svg`);

const regretOf = (k: number, regrets: Transfer['regret']) =>
  estimated(regrets.find((each) => each.k === k)!.lost, 3);
process.stdout.write(
  [
    table(
      [
        'rate of the proxy',
        'Spearman',
        'Kendall',
        'pairs alike',
        'top-1 regret',
        'top-3',
        'top-5',
        'between seeds',
      ],
      rates.map(({ learningRate, spearman, kendall, pairwise, regret, seedVariance }) => [
        learningRate.toExponential(),
        estimated(spearman, 2),
        kendall.value.toFixed(2),
        `${Math.round(100 * pairwise.value)} %`,
        regretOf(1, regret),
        regretOf(3, regret),
        regretOf(5, regret),
        seedVariance?.spearmanBetweenSeeds.toFixed(2) ?? '',
      ]),
    ),
    table(
      ['rate of the proxy', 'settled after', ...[1, 3].map((keep) => `saved, best ${keep} kept`), 'lost'],
      rates.map(({ learningRate, settledShare, elimination }) => [
        learningRate.toExponential(),
        settledShare === undefined ? '' : `${Math.round(100 * settledShare)} %`,
        ...elimination.map(({ savedShare }) => `${Math.round(100 * savedShare)} %`),
        elimination.map(({ regretNats }) => regretNats.toFixed(4)).join(', '),
      ]),
    ),
    ...within.map(({ name, recipes, rates }) =>
      table(
        [
          `among ${recipes} recipes of ${name}, rate`,
          'Spearman',
          'pairs alike',
          'top-1 regret',
          'top-3',
          'top-5',
        ],
        rates.map(({ learningRate, spearman, pairwise, regret }) => [
          learningRate.toExponential(),
          estimated(spearman, 2),
          `${Math.round(100 * pairwise.value)} %`,
          ...[1, 3, 5].map((k) => regretOf(k, regret)),
        ]),
      ),
    ),
    table(
      ['recipe', `${objective} of the tuned target`, 'rate', 'at the edge'],
      tuned.map(({ recipe, hyperparameters, values, atEdge }) => [
        recipe,
        values[objective]?.toFixed(4) ?? '',
        hyperparameters.learningRate!.toExponential(),
        atEdge.map(({ hyperparameter, side }) => `${hyperparameter}: ${side}`).join(', '),
      ]),
    ),
  ].join('\n\n'),
);
