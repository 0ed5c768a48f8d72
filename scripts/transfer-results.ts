/**
 * What a study with a target found, as small JSON and the tables of docs/results/:
 *
 *     npx tsx scripts/transfer-results.ts examples/effect/results/effect docs/results/effect
 *
 * writes `effect.json` and `effect.svg`, and prints the tables: agreement and regret of the proxy by learning rate, the
 * tuned target, and what elimination would have done at each rate.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replayElimination, trajectoriesOf } from '../src/ranking/index.js';
import type { Estimated, Report, RunSpec, TransferAnalysis } from '../src/records.js';
import { readEvaluations, readRunSpec } from '../src/train/index.js';

const [results, out] = process.argv.slice(2) as [string, string];
const report: Report = JSON.parse(readFileSync(join(results, 'report', 'report.json'), 'utf8'));
const [analysis] = report.transfer as [TransferAnalysis];
const objective = analysis.objectives[0]!.name;

const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: (string | number)[][]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const estimated = ({ value, interval }: Estimated, digits: number) =>
  value.toFixed(digits) +
  (interval ? ` [${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]` : '');

/** Runs of the proxy at one rate: those with its sizes. */
const proxyRuns = readdirSync(join(results, 'runs'))
  .filter((name) => !name.startsWith('.'))
  .map((name) => join(results, 'runs', name))
  .map((folder) => ({ folder, spec: readRunSpec(folder) }))
  .filter(({ spec }) => spec.parameters === report.proxy.parameters && spec.steps === report.proxy.steps);

function replay(rate: number) {
  const runs = proxyRuns.filter(({ spec }: { spec: RunSpec }) => spec.schedule.learningRate === rate);
  const trajectories = trajectoriesOf(
    runs.map(({ folder, spec: { recipe, seed } }) => ({
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
const { proxy, target, tuned, curves, heatMap } = analysis;
const found = {
  study: report.study,
  proxy,
  target,
  objective,
  cost: report.cost,
  rateBand: report.rateBand,
  rates,
};
writeFileSync(`${out}.json`, `${JSON.stringify({ ...found, tuned, curves, heatMap }, null, 1)}\n`);
copyFileSync(join(results, 'report', 'transfer.svg'), `${out}.svg`);

const regretOf = (k: number, regrets: (typeof rates)[number]['regret']) =>
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
