/** An analysis of transfer for the report's tests: simulated runs of a small and a large model with known effects. */
import { Random } from '../../../src/random.js';
import { analyseTransfer, type Metric, type TrainedRun } from '../../../src/ranking/index.js';
import type { TransferAnalysis } from '../../../src/records.js';

const metrics: Metric[] = [
  { name: 'wiki', better: 'lower', weight: 0.5 },
  { name: 'code', better: 'lower', weight: 0.5 },
  { name: 'arc_easy', better: 'higher', weight: 1 },
  { name: 'gradient alignment', better: 'higher', weight: 0 },
];
const validations = [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
export const proxyRates = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2];

export interface SimulatedTransfer {
  recipes?: number;
  rates?: number[];
  /** Batches of the proxy. */
  batches?: number[];
  targetRates?: number[];
  draws?: number;
}

/** The proxy's order of recipes is the target's at 3e-4 and departs from it more and more away from there. */
export function simulateTransfer(of: SimulatedTransfer = {}): TransferAnalysis {
  const { recipes = 12, rates = proxyRates, batches = [32, 64], targetRates = [1e-4, 3e-4, 1e-3, 3e-3] } = of;
  const random = Random.fromSeed('transfer report');
  const quality = Array.from({ length: recipes }, () => random.normal());
  const scramble = Array.from({ length: recipes }, () => random.normal());
  const run = (model: string, r: number, seed: number, learningRate: number, batch?: number): TrainedRun => {
    const away = Math.log10(learningRate / 3e-4);
    const departure = model === 'large' ? 0 : 0.25 * away ** 2 + (batch === 64 ? 0.1 : 0);
    const own = random.split(model, r, seed, String(learningRate), batch ?? 0);
    const noise = model === 'large' ? 0.001 : 0.005 + 0.04 * Math.max(0, away);
    const end =
      3 + 0.2 * (away - 0.7) ** 2 + 0.05 * (quality[r]! + departure * scramble[r]!) + noise * own.normal();
    const measure = (value: (share: number) => number) => ({
      steps: Float64Array.from(validations, (share) => 1000 * share),
      values: Float64Array.from(validations, value),
    });
    const wobble = (share: number) => (share < 1 ? 0.06 * (1 - share) ** 2 * own.normal() : 0);
    const loss = (shift: number) => measure((share) => end + shift + 4 * (1 - share) ** 3 + wobble(share));
    return {
      ...{ recipe: `recipe-${r}`, model, seed: `s${seed}` },
      hyperparameters: { learningRate, ...(batch === undefined ? {} : { batch }) },
      measured: {
        wiki: loss(0),
        code: loss(0.4 + 0.002 * own.normal()),
        arc_easy: measure((share) => 0.25 + share * 0.1 * (4.2 - end)),
        'gradient alignment': measure((share) => share * (5 - quality[r]! + 0.3 * own.normal())),
      },
    };
  };
  const all = Array.from({ length: recipes }, (_, r) => r);
  const runs = [
    ...all.flatMap((r) =>
      rates.flatMap((rate) =>
        batches.flatMap((batch) => [0, 1, 2].map((seed) => run('small', r, seed, rate, batch))),
      ),
    ),
    ...all.flatMap((r) => targetRates.map((rate) => run('large', r, 0, rate))),
  ];
  return analyseTransfer(
    { metrics, runs },
    { proxy: 'small', target: 'large', random, draws: of.draws ?? 100 },
  );
}
