/** The figures of one analysis of transfer, after those of arXiv 2512.24503; a figure without data is left out. */
import { alignmentMetric } from '../../ranking/index.js';
import type { TransferAnalysis } from '../../records.js';
import { alignmentFigures } from './alignment-figures.js';
import { curveChart } from './curve-chart.js';
import type { EstimateLine } from './estimate-chart.js';
import { drawnFigure, estimates, legend, ofLine, titled } from './figure-parts.js';
import { flipChart, flipColours } from './flip-chart.js';
import { heatMapChart } from './heat-map-chart.js';
import { targetName } from './kind.js';
import type { RateMarks } from './rate-axis.js';
import { type RateLine, rateLines } from './rate-lines.js';
import { stabilityChart } from './stability-chart.js';
import { objectiveFigure, twoRateFigures } from './two-rates.js';

/** @param prefix of every id */
export function transferFigures(analysis: TransferAnalysis, prefix: string, marks: RateMarks): string[] {
  const { objectives, settings, curves } = analysis;
  const { name } = objectives[0]!;
  const lines = rateLines([analysis]);
  const id = (part: string) => `${prefix}-${part}`;
  const accuracy = objectives.find(
    (each, i) => i > 0 && each.better === 'higher' && each.name !== alignmentMetric.name,
  )?.name;
  return [
    ...twoRateFigures(analysis, prefix, marks),
    flipFigure(analysis, id('flip')),
    regrets(analysis, lines, name, id('regret'), marks),
    ...(accuracy === undefined ? [] : [regrets(analysis, lines, accuracy, id('regret-accuracy'), marks)]),
    titled(
      'Rate against rate',
      drawnFigure(id('heat'), (chart, width) => heatMapChart(analysis.heatMap, chart, width)),
    ),
    objectiveFigure(analysis, id('objectives'), marks),
    ...alignmentFigures(lines, { name, target: targetName(analysis) }, id, marks),
    titled(
      'How much rankings by single seeds agree',
      estimates(
        lines.map((line) => ({
          ...line,
          of: ({ seedVariance }) => seedVariance && { value: seedVariance.spearmanBetweenSeeds },
        })),
        {
          id: id('seeds'),
          title:
            'Mean Spearman correlation of the rankings by two single seeds of the proxy, against its learning rate.',
          marks,
        },
      ),
    ),
    ...lines.map((line, i) =>
      titled(
        `Over training${ofLine(lines, line)}`,
        drawnFigure(id(`stability-${i}`), (chart, width) =>
          stabilityChart(
            line.points.map(({ setting }) => setting),
            chart,
            width,
          ),
        ),
      ),
    ),
    ...(lines.length === 0
      ? [
          titled(
            'Over training',
            drawnFigure(id('stability'), (chart, width) => stabilityChart(settings, chart, width)),
          ),
        ]
      : []),
    ...(['proxy', 'target'] as const).map((which) => {
      const title = `${name} against learning rate, one line a recipe, a ring at its best rate.`;
      const marked = which === 'proxy' ? marks : {};
      return titled(
        `The ${which} against its learning rate`,
        drawnFigure(id(`${which}-curves`), (chart, width) =>
          curveChart(curves[which], { id: chart, title, width, ...marked }),
        ),
      );
    }),
  ].filter((html) => html !== '');
}

/** Agreement with a target against the rate, one line for each proxy and choice of its other hyperparameters. */
export function agreementFigure(
  transfers: readonly TransferAnalysis[],
  id: string,
  marks: RateMarks,
): string {
  const { name } = transfers[0]!.objectives[0]!;
  return estimates(
    rateLines(transfers).map((line) => ({ ...line, of: ({ transfer }) => transfer[name]!.spearman })),
    {
      id,
      title: `Spearman correlation of the ranking by the proxy with the ${targetName(transfers[0]!)}, against the learning rate of the proxy.`,
      marks,
      legend: true,
    },
  );
}

/** The rate whose ranking transfers best; undefined for a single rate. */
export function bestRate({ settings, objectives }: TransferAnalysis): number | undefined {
  const rated = settings.flatMap(({ hyperparameters: { learningRate }, transfer }) => {
    const { value } = transfer[objectives[0]!.name]!.spearman;
    return learningRate === undefined || !Number.isFinite(value) ? [] : [{ learningRate, value }];
  });
  if (new Set(rated.map(({ learningRate }) => learningRate)).size < 2) return undefined;
  return rated.reduce((most, each) => (each.value > most.value ? each : most)).learningRate;
}

/** One line for each k, in the settings of the proxy's first line. */
function regrets(
  { settings, objectives }: TransferAnalysis,
  lines: readonly RateLine[],
  objective: string,
  id: string,
  marks: RateMarks,
): string {
  const [line] = lines;
  if (line === undefined) return '';
  const drawn = settings[0]!.transfer[objective]!.regret.map(
    ({ k }, i): EstimateLine => ({
      label: `top ${k}`,
      colour: `var(--source${i})`,
      points: line.points,
      of: ({ transfer }) => transfer[objective]!.regret[i]!.lost,
    }),
  );
  const first = objective === objectives[0]!.name;
  return titled(
    `What a decision would cost${first ? '' : ` in ${objective}`}${ofLine(lines, line)}`,
    estimates(drawn, {
      ...{ id, marks, legend: true, range: 'free' },
      title: `Top-k decision regret against the learning rate of the proxy, in units of ${objective}.`,
    }),
  );
}

function flipFigure({ flip, objectives }: TransferAnalysis, id: string): string {
  if (flip === undefined) return '';
  const title = `${objectives[0]!.name} of the two recipes whose order changes most between two similar rates near the best of the proxy, with standard errors over seeds.`;
  const entries = flip.recipes.map((label, r) => ({ label, colour: flipColours[r]! }));
  return titled(
    'Two recipes at two similar rates',
    drawnFigure(id, (chart, width) => flipChart(flip, { id: chart, title, width }), legend(entries)),
  );
}
