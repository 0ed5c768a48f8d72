/**
 * The table of docs/steering.md: what RegMix-D reaches in the simulated world of tests/mixture/regmix-d/simulated.ts.
 *
 *     npx tsx scripts/steering-simulated.ts gp gbdt linear
 */
import {
  boundariesOf,
  choose,
  fitStages,
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

print('', 'predicted', 'offline', 'online', 'slow target: offline', 'online');
for (const [name, best] of [
  ['best single mixture', (world: World) => bestStatic(world).cost],
  ['best schedule', (world: World) => bestSchedule(world, 8).cost],
] as const)
  print(name, '', best(proxyWorld), '', best(slowWorld), '');
for (const name of process.argv.slice(2) as RegressorName[]) {
  for (const kind of ['constant', 'changing'] as const) {
    const model = fitStages(proxies(kind, 128, random.split(kind)), {
      boundaries: boundariesOf(stages),
      regressor: regressors[name],
      folds: 0,
      random: random.split('fit'),
    });
    for (const horizon of ['stage', 'hold', 'plan'] as const) {
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
      const predicted = objectiveAt(metrics.map((metric) => end[metric]!.lossNats));
      print(
        `${name}, ${kind} proxies, \`${horizon}\``,
        predicted,
        offline(proxyWorld),
        online(proxyWorld),
        offline(slowWorld),
        online(slowWorld),
      );
    }
  }
}
