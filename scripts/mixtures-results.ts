/**
 * What examples/mini-pile/mixtures.mjs found, as small JSON, a figure and the tables of docs/results/mixtures.md:
 *
 *     npx tsx scripts/mixtures-results.ts examples/mini-pile/results/mixtures docs/results/mixtures
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openController, replayRun, trajectoriesOfRuns } from '../src/mixture/index.js';
import { flopsPerToken } from '../src/model/cost.js';
import { buildModel } from '../src/model/index.js';
import { Random } from '../src/random.js';
import { rank } from '../src/ranking/index.js';
import { readPlan } from '../src/recipe/index.js';
import type { Report, RunResult } from '../src/records.js';
import { renderRankingSvg } from '../src/report/index.js';
import { mean } from '../src/stats/index.js';
import { readRunResult, readRunSpec } from '../src/train/index.js';

const [folder, out] = process.argv.slice(2) as [string, string];
const learningRate = Number(
  /learningRate: (\S+)/.exec(readFileSync(join(folder, 'target.yaml'), 'utf8'))![1],
);

/** Finished runs at a rate, with what they were trained on. */
async function runsOf(study: string, rate?: number) {
  const runs = join(folder, 'results', study, 'runs');
  if (!existsSync(runs)) return [];
  const all = readdirSync(runs)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => ({ path: join(runs, name), spec: readRunSpec(join(runs, name)) }))
    .filter(({ spec }) => rate === undefined || spec.schedule.learningRate === rate);
  const finished = [];
  for (const { path, spec } of all) {
    const result = await readRunResult(path);
    if (result !== undefined) finished.push({ spec, result, phases: readPlan(path).phases });
  }
  return finished;
}

/** A run that its own losses led is named after its controller. */
const methodOf = ({ recipe }: RunResult): string =>
  recipe.startsWith('online-') ? 'regmix-d-online' : recipe;

const target = (await runsOf('target', learningRate)).map(({ result, ...rest }) => ({
  ...rest,
  result: { ...result, recipe: methodOf(result) },
}));
const domains = Object.keys(target[0]!.result.evaluations[0]!.domains);
const weights = Object.fromEntries(domains.map((domain) => [domain, 1]));
const ranking = rank(
  target.map(({ result }) => result),
  weights,
  Random.fromSeed(0),
);
const report: Report = JSON.parse(
  readFileSync(join(folder, 'results', 'target', 'report', 'report.json'), 'utf8'),
);
writeFileSync(`${out}.svg`, renderRankingSvg({ ...report, ranking }));

/** What a method spent on small runs, in FLOPs; those of DoReMi's proxies hold two more forward passes. */
async function spent(study: string): Promise<number> {
  const runs = await runsOf(study);
  const { model, vocabularySize, context } = runs[0]?.spec ?? target[0]!.spec;
  const flops = flopsPerToken(buildModel(model, { vocabularySize, context }));
  return runs.reduce((sum, { result }) => sum + result.tokens * flops, 0);
}
const doremi = (name: string): number =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')).cost.flops;
const proxyFlops: Record<string, number> = {
  prior: 0,
  uniform: 0,
  regmix: await spent('constant'),
  'regmix-exact': await spent('constant'),
  'regmix-tiny': await spent('tiny'),
  'regmix-d': await spent('changing'),
  'regmix-d-tiny': await spent('changing-tiny'),
  'regmix-d-online': await spent('changing'),
  'regmix-d-quarter': await spent('quarter'),
  'regmix-d-paper': await spent('constant'),
  doremi: doremi('doremi'),
  'doremi-slow': doremi('doremi-slow'),
};
const { spec } = target[0]!;
const { model, vocabularySize, context } = spec;
const targetFlops =
  flopsPerToken(buildModel(model, { vocabularySize, context })) * spec.steps * spec.batch * context;

/** How much more one method loses than another, with the interval. */
function difference(one: string, other: string): string {
  const pair = ranking.pairs.find(
    (each) => [each.better, each.worse].sort().join() === [one, other].sort().join(),
  );
  if (pair === undefined) return '';
  const sign = pair.better === one ? -1 : 1;
  const ends = [pair.interval.low, pair.interval.high].map((end) => sign * end).sort((a, b) => a - b);
  return `${signed(sign * pair.differenceNats)} [${ends.map(signed).join(', ')}]`;
}
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: (string | number)[][]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** Shares of all tokens of a method's runs, mean over seeds, by stage where it has several. */
const shares = ranking.recipes.map(({ recipe }) => {
  const own = target.filter(({ result }) => result.recipe === recipe);
  const stages = own[0]!.phases.length;
  const all = new Set(
    own.flatMap(({ phases }) => phases.flatMap(({ sources }) => sources.map((s) => s.source))),
  );
  const ofStage = (stage: number) =>
    Object.fromEntries(
      [...all].sort().map((source) => {
        const each = own.map(({ phases }) => {
          const { windows, sources } = phases[stage]!;
          return (sources.find((s) => s.source === source)?.windows ?? 0) / windows;
        });
        return [source, Number(mean(each).toFixed(4))];
      }),
    );
  return { recipe, stages: Array.from({ length: stages }, (_, stage) => ofStage(stage)) };
});

/** Predicted against real losses of the target at the end of every stage, nats per token, mean of the eight. */
const controllers = {
  'regmix-d': 'regmix-d',
  'regmix-d-tiny': 'regmix-d-tiny',
  'regmix-d-online': 'regmix-d',
  'regmix-d-quarter': 'regmix-d-quarter',
  'regmix-d-paper': 'regmix-d-paper',
};
const trajectories = Object.entries(controllers).flatMap(([method, name]) => {
  const path = join(folder, 'controllers', name);
  const own = target.filter(({ result }) => result.recipe === method);
  if (!existsSync(path) || own.length === 0) return [];
  const { spec: controller } = openController(path);
  const { runs, ...rest } = trajectoriesOfRuns(own);
  const order = controller.model.domains.map((domain) => rest.domains.indexOf(domain));
  const inOrder = runs.map((run) => ({
    ...run,
    mixtures: run.mixtures.map(({ from, shares: given }) => ({
      from,
      shares: Float64Array.from(order, (at) => (at < 0 ? 0 : given[at]!)),
    })),
  }));
  const replayed = inOrder.map((run) => replayRun(controller, run));
  const stages = replayed[0]!.map((_, stage) => {
    const over = (
      of: (loss: { observed: number; predicted: number; predictedFromStart: number }) => number,
    ) => mean(replayed.flatMap((each) => Object.values(each[stage]!.losses).map(of)));
    return {
      end: replayed[0]![stage]!.end,
      observed: over(({ observed }) => observed),
      predicted: over(({ predicted }) => predicted),
      predictedFromStart: over(({ predictedFromStart }) => predictedFromStart),
      absoluteError: over(({ observed, predicted }) => Math.abs(observed - predicted)),
      absoluteErrorFromStart: over(({ observed, predictedFromStart }) =>
        Math.abs(observed - predictedFromStart),
      ),
    };
  });
  return [{ method, stages }];
});

/** The proposals on the proxy itself: mean of the eight losses as predicted of proxies, and as its own runs reached. */
const check = await runsOf('check');
const checked = [...new Set(check.map(({ result }) => result.recipe))].map((method) => {
  const { predicted, phases } = JSON.parse(readFileSync(join(folder, `${method}.json`), 'utf8'));
  const last = phases?.at(-1).predicted ?? {};
  const asPredicted: number[] =
    phases === undefined
      ? predicted.map((each: { proposal: number }) => each.proposal)
      : Object.values(last).map((each) => (each as { lossNats: number }).lossNats);
  const reached = check
    .filter(({ result }) => result.recipe === method)
    .map(({ result }) =>
      mean(Object.values(result.evaluations.at(-1)!.domains).map(({ lossNats }) => lossNats)),
    );
  // What proxies at another rate predict is not comparable.
  return { method, ...(method !== 'regmix-tiny' && { predicted: mean(asPredicted) }), reached };
});

const best = ranking.recipes.map(({ recipe, lossNats, seedLossNats, tiedWithBest, probabilityBest }) => ({
  method: recipe,
  lossNats,
  seedLossNats,
  tiedWithBest,
  probabilityBest,
  proxyFlops: proxyFlops[recipe],
  proxyShare: proxyFlops[recipe]! / targetFlops,
  againstPrior: difference(recipe, 'prior'),
  againstRegmix: difference(recipe, 'regmix'),
  domains: Object.fromEntries(
    domains.map((domain) => [
      domain,
      mean(
        target
          .filter(({ result }) => result.recipe === recipe)
          .map(({ result }) => result.evaluations.at(-1)!.domains[domain]!.lossNats),
      ),
    ]),
  ),
}));
writeFileSync(
  `${out}.json`,
  `${JSON.stringify({ targetFlops, learningRate, methods: best, shares, trajectories, checked }, null, 1)}\n`,
);

const sources = Object.keys(shares[0]!.stages[0]!);
process.stdout.write(
  [
    table(
      ['method', 'mean loss', 'against the prior', 'against RegMix', 'small runs, share of one target run'],
      best.map((each) => [
        each.method,
        each.lossNats.toFixed(4),
        each.againstPrior,
        each.againstRegmix,
        each.proxyShare.toFixed(2),
      ]),
    ),
    table(
      ['method', ...domains],
      best.map((each) => [each.method, ...domains.map((domain) => each.domains[domain]!.toFixed(3))]),
    ),
    table(
      ['method', 'stage', ...sources],
      shares.flatMap(({ recipe, stages }) =>
        stages.map((each, stage) => [
          stage === 0 ? recipe : '',
          stages.length === 1 ? 'all' : stage + 1,
          ...sources.map((source) => `${Math.round(100 * (each[source] ?? 0))}`),
        ]),
      ),
    ),
    table(
      [
        'method',
        'until',
        'real',
        'predicted from the losses before',
        'error',
        'predicted from the start',
        'error',
      ],
      trajectories.flatMap(({ method, stages }) =>
        stages.map((each, stage) => [
          stage === 0 ? method : '',
          `${Math.round(100 * each.end)} %`,
          each.observed.toFixed(3),
          each.predicted.toFixed(3),
          each.absoluteError.toFixed(3),
          each.predictedFromStart.toFixed(3),
          each.absoluteErrorFromStart.toFixed(3),
        ]),
      ),
    ),
    table(
      ['on the proxy itself', 'predicted', 'reached', 'its seeds'],
      checked.map(({ method, predicted, reached }) => [
        method,
        predicted?.toFixed(3) ?? '',
        mean(reached).toFixed(3),
        reached.map((loss) => loss.toFixed(3)).join(', '),
      ]),
    ),
  ].join('\n\n'),
);
