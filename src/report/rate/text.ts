/** What `assay rate` prints: the choice and its reasons, the rates that bound it, and the terms that they come from. */
import { float32Floor, ruleOfThumb } from '../../rate/index.js';
import type { RateBound, RateReport } from '../../records.js';
import { count, percent } from '../format.js';
import { toPlain, user } from '../prose.js';
import { rateMarks } from './marks.js';

/** Pairs with the smallest gaps are shown, so many. */
const pairsShown = 10;

export function rateText(report: RateReport): string {
  const { choice, warmup, adam, sgd } = report;
  const lines = [
    `${toPlain([user(report.study)])}: learning rate ${rate(choice.learningRate)}`,
    ...choice.reasons.map((reason) => `  ${reason}`),
    `  The rates of a run's ${count(report.steps)} steps add up to ${short(choice.reach)}.`,
    '',
    ...table(
      ['learning rate', 'what it is'],
      rateMarks(report).map(({ learningRate, meaning }) => [rate(learningRate), meaning]),
    ),
    '',
    `Sweep of ${report.sweep.trials.length} short runs on equal shares of all recipes${report.sweep.atEdge ? '; the best is at the edge of the grid, the true one may lie beyond' : ''}`,
    ...table(
      ['learning rate', 'steps', 'reach', 'validation loss'],
      [...report.sweep.trials]
        .sort((a, b) => a.steps - b.steps || a.learningRate - b.learningRate)
        .map(({ learningRate, steps, lossNats, points }) => [
          rate(learningRate),
          count(steps),
          short(points.at(-1)?.reach ?? 0),
          lossNats === null ? 'failed' : lossNats.toFixed(4),
        ]),
    ),
    '',
    `Unigram entropy of the validation domains under the training tokens, nats per token: ${report.unigram.objective.toFixed(4)} in the objective`,
    ...table(
      ['domain', 'entropy'],
      report.unigram.domains.map(({ domain, entropyNats }) => [
        toPlain([user(domain)]),
        entropyNats.toFixed(4),
      ]),
    ),
    '',
    `Terms of Eq. (58) after ${count(warmup.steps)} steps at ${rate(warmup.learningRate)} on ${warmup.data === 'equal shares' ? 'equal shares of all recipes' : "each recipe's own data"}`,
    ...table(
      ['', ...(adam === undefined ? ['SGD'] : ['SGD', 'scaled by Adam'])],
      termRows(adam === undefined ? [sgd] : [sgd, adam], report.batch),
    ),
    '',
    ...pairLines(sgd),
    '',
    `Updates that float32 rounds away (2^-23 = ${rate(float32Floor)} is lost on a parameter of size 1)`,
    ...table(
      ['learning rate', 'rounded away'],
      report.rounding.points.map(({ learningRate, share }) => [rate(learningRate), percent(share, 2)]),
    ),
    '',
    `Rule of thumb: ${rate(ruleOfThumb(report.sweep.tuned).low)} to ${rate(ruleOfThumb(report.sweep.tuned).high)}, 1 to 2 orders of magnitude below the tuned rate.`,
    '',
  ];
  return lines.join('\n').replaceAll('−', '-').replaceAll('\u00a0', ' ');
}

function termRows(bounds: readonly RateBound[], batch: number): string[][] {
  const row = (name: string, of: (bound: RateBound) => string) => [name, ...bounds.map(of)];
  const most = (bound: RateBound, key: 'gradientSquared' | 'covarianceTrace') =>
    Math.max(...bound.terms.recipes.map((recipe) => recipe[key]));
  return [
    row('least gap of two alignments', ({ pairs }) => short(pairs[0]!.gap)),
    row('largest gap', ({ pairs }) => short(pairs.at(-1)!.gap)),
    row('pairs, of which ties', ({ pairs }) => {
      const ties = pairs.filter(({ resolved }) => !resolved).length;
      return `${count(pairs.length)}, ${count(ties)}`;
    }),
    row(
      'lambda_max of the validation loss',
      ({ terms }) => `${short(terms.lambdaMax)} (${terms.products} products, ±${percent(terms.lambdaError)})`,
    ),
    row('G² of the largest gradient', (bound) => short(most(bound, 'gradientSquared'))),
    row('σ² of the largest noise', (bound) => short(most(bound, 'covarianceTrace'))),
    row(`σ²/B with B = ${batch}`, (bound) => short(most(bound, 'covarianceTrace') / batch)),
  ];
}

function pairLines({ pairs }: RateBound): string[] {
  const shown = pairs.slice(0, pairsShown);
  const more =
    pairs.length > shown.length ? `; ${count(pairs.length - shown.length)} wider ones in --json` : '';
  return [
    `Eq. (58) for each pair alone (SGD), smallest gaps first${more}`,
    ...table(
      ['better', 'worse', 'gap', 'standard error', 'bound'],
      shown.map(({ better, worse, gap, gapError, resolved, bound }) => [
        toPlain([user(better)]),
        toPlain([user(worse)]),
        short(gap),
        gapError === null ? 'n/a' : short(gapError),
        resolved ? rate(bound) : 'tie',
      ]),
    ),
  ];
}

function table(titles: string[], rows: string[][]): string[] {
  const all = [titles, ...rows];
  const widths = titles.map((_, c) => Math.max(...all.map((row) => row[c]!.length)));
  return all.map((row) => `  ${row.map((text, c) => text.padEnd(widths[c]!)).join('  ')}`.trimEnd());
}

export const rate = (value: number): string => value.toExponential(1).replace('.0e', 'e').replace('e+0', '');
const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'n/a';
