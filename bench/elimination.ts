/**
 * `npm run -s bench:elimination`: does elimination keep the best, and what does it save? Prints JSON.
 *
 * 1,000 simulated studies that played no part when the constants of src/ranking/elimination/constants.ts were chosen;
 * with `-- calibrate` the 1,000 on which they were. About a minute of CPU time.
 */
import { average, judge, judgeStudy, simulateFamily } from './elimination/judge.js';
import { frozenRanges, type Settings } from './elimination/simulate.js';

const family = process.argv[2] === 'calibrate' ? 'calibration' : 'held out';
const spec = { keep: 3, confidence: 0.95 };
const kinds: Record<string, (of: Settings) => boolean> = {
  'late crossing': (of) => of.lateCrossing,
  'no late crossing': (of) => !of.lateCrossing,
  'two seeds': (of) => of.seeds === 2,
  'four seeds': (of) => of.seeds === 4,
  'up to 10 recipes': (of) => of.recipes <= 10,
  'over 20 recipes': (of) => of.recipes > 20,
};

const before = process.cpuUsage();
const studies = simulateFamily(family, 1000);
const verdicts = studies.map((study) => ({ settings: study.settings, ...judgeStudy(study, spec) }));
const result = {
  family,
  ...spec,
  all: average(verdicts),
  kinds: Object.fromEntries(
    Object.entries(kinds).map(([kind, holds]) => [
      kind,
      average(verdicts.filter(({ settings }) => holds(settings))),
    ]),
  ),
  // Twice the largest drift that the constants were chosen on.
  'beyond the ranges': judge(
    simulateFamily(`${family}, beyond`, 200, {
      power: 2 * frozenRanges.power[1],
      walk: 2 * frozenRanges.walk[1],
    }),
    spec,
  ),
  confidences: [0.8, 0.9, 0.99].map((confidence) => ({
    confidence,
    ...judge(studies, { ...spec, confidence }),
  })),
};
const { user, system } = process.cpuUsage(before);
const cpuSeconds = (user + system) / 1e6;
const short = (_: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(4)) : value;
process.stdout.write(`${JSON.stringify({ ...result, cpuSeconds }, short, 2)}\n`);
