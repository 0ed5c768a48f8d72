/** The figure of a study with a target, as a file: how well the proxy's ranking transfers, against its learning rate. */
import type { RateBand, Report, TransferAnalysis } from '../../records.js';
import { chartWidth, svgFile } from '../svg-file.js';
import { curveChart } from './curve-chart.js';
import { correlationDomain, estimateChart } from './estimate-chart.js';
import { bestRate } from './figures.js';
import { isTuned } from './kind.js';
import { rateLines } from './rate-lines.js';

const width = 860;

/** @returns an SVG file's text; undefined for a study whose proxy was not trained at two rates */
export function transferFigure({ transfer = [], rateBand, proxy }: Report): string | undefined {
  const [analysis] = transfer;
  return analysis && analysisFigure(analysis, rateBand ?? proxy.choice);
}

function analysisFigure(analysis: TransferAnalysis, band: RateBand | undefined): string | undefined {
  const [{ name }] = analysis.objectives as [TransferAnalysis['objectives'][number]];
  const lines = rateLines([analysis]).map((line) => ({
    ...line,
    of: ({ transfer }: TransferAnalysis['settings'][number]) => transfer[name]?.spearman,
  }));
  const shared = { width: chartWidth(width), ...(band && { band, best: bestRate(analysis) }) };
  const title = `Spearman correlation of the ranking by ${analysis.proxy} with ${isTuned(analysis) ? 'the tuned ' : ''}${analysis.target}`;
  const agreement = estimateChart(lines, {
    id: 'transfer',
    title,
    domain: correlationDomain(lines),
    ...shared,
  });
  if (agreement === '') return undefined;
  const curves = curveChart(analysis.curves.proxy, {
    id: 'curves',
    title: `${name} of the proxy`,
    ...shared,
  });
  const about = [
    `${percent(analysis.confidence)} intervals over seeds; below, the ${name} of ${analysis.proxy}, a line a recipe, a ring at its best rate`,
    ...(band?.low === undefined && band?.high === undefined
      ? []
      : ['Shaded: from the lower end of tiny rates, above word frequencies, to the bound of Eq. (58)']),
  ];
  return svgFile({
    title,
    about,
    width,
    charts: [
      { svg: agreement, height: 290 },
      { svg: curves, height: 300 },
    ],
  });
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
