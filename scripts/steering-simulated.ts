/**
 * The table of docs/steering.md: what RegMix-D reaches in the simulated world of tests/mixture/regmix-d/simulated.ts.
 *
 *     npx tsx scripts/steering-simulated.ts 7 gp && npx tsx scripts/steering-simulated.ts 1 gbdt linear
 *
 * The number says how many sets of proxies are drawn: their median, least and most are printed.
 */
import {
  boundariesOf,
  choose,
  fitStages,
  type Horizon,
  type RegressorName,
  regressors,
  rulesOf,
  scheduleOffline,
} from '../src/mixture/index.js';
import { Random } from '../src/random.js';
import {
  bestSchedule,
  bestStatic,
  domains,
  endOf,
  metrics,
  objective,
  objectiveAt,
  prior,
  proxies,
  proxyWorld,
  slowWorld,
  stages,
  train,
  type World,
} from '../tests/mixture/regmix-d/simulated.js';

const random = Random.fromSeed('table');
const print = (...cells: (string | number)[]) =>
  console.log(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(3) : cell)).join(' | ')} |`);

const [draws, ...names] = process.argv.slice(2) as [string, ...RegressorName[]];

/** `median (least–most)` of one column over the sets of proxies. */
function spread(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [least, middle, most] = [0, (sorted.length - 1) >> 1, sorted.length - 1].map((i) =>
    sorted[i]!.toFixed(3),
  );
  return sorted.length === 1 ? least! : `${middle} (${least}–${most})`;
}

print('', 'predicted', 'offline', 'online', 'slow target: offline', 'online');
for (const [name, best] of [
  ['best single mixture', (world: World) => bestStatic(world).cost],
  ['best schedule', (world: World) => bestSchedule(world, 8).cost],
] as const)
  print(name, '', best(proxyWorld), '', best(slowWorld), '');
for (const name of names)
  for (const kind of ['constant', 'changing'] as const)
    for (const horizon of ['stage', 'hold', 'plan'] as const) {
      const rows = Array.from({ length: Number(draws) }, (_, draw) => reached(name, kind, horizon, draw));
      const columns = rows[0]!.map((_, column) => spread(rows.map((row) => row[column]!)));
      print(`${name}, ${kind} proxies, \`${horizon}\``, ...columns);
    }

/** Predicted, and reached offline and online, by the target of the proxies' world and by the slow one. */
function reached(
  name: RegressorName,
  kind: 'constant' | 'changing',
  horizon: Horizon,
  draw: number,
): number[] {
  const model = fitStages(proxies(kind, 128, random.split(kind, draw)), {
    boundaries: boundariesOf(stages),
    regressor: regressors[name],
    folds: 0,
    random: random.split('fit'),
  });
  const options = { objective, prior, horizon, draws: horizon === 'plan' ? 2000 : 10_000 };
  const { phases } = scheduleOffline(model, options, random.split('offline'));
  const end = phases.at(-1)!.predicted;
  const offline = (world: World) =>
    endOf(train((stage) => domains.map((domain) => phases[stage]!.mixture[domain]!), world));
  const online = (world: World) => {
    const past: Float64Array[] = [];
    return endOf(
      train((stage, losses) => {
        const state = { stage, losses, past: [...past] };
        const { mixtures } = choose(model, rulesOf(model, options), state, random.split('online', stage));
        past.push(mixtures[0]!);
        return mixtures[0]!;
      }, world),
    );
  };
  return [
    objectiveAt(metrics.map((metric) => end[metric]!.lossNats)),
    offline(proxyWorld),
    online(proxyWorld),
    offline(slowWorld),
    online(slowWorld),
  ];
}
