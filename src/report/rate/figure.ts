/** One axis of learning rates: the tuned rate, the band of the rule of thumb, the bounds, the lower end, the choice. */
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { ruleOfThumb } from '../../rate/index.js';
import type { RateReport } from '../../records.js';
import { writeFileDurably } from '../../store/index.js';
import { draw } from '../charts/draw.js';
import { chartWidth, svgFile } from '../svg-file.js';
import { rateMarks } from './marks.js';
import { rate } from './text.js';

const rowHeight = 24;
const [width, axis] = [860, 40];

/**
 * @param folder of results; the figure is `rate/rate.svg` in it
 * @returns its path
 */
export async function writeRateFigure(report: RateReport, folder: string): Promise<string> {
  const path = join(folder, 'rate', 'rate.svg');
  await writeFileDurably(path, rateFigure(report));
  return path;
}

/** @returns an SVG file's text; needs nothing but a renderer */
export function rateFigure(report: RateReport): string {
  const marks = rateMarks(report);
  const rule = ruleOfThumb(report.sweep.tuned);
  const { low, high, learningRate } = report.choice;
  const rates = marks.map((mark) => mark.learningRate);
  const ends = [Math.min(...rates, rule.low) / 2, Math.max(...rates) * 3] as const;
  const decades = Array.from({ length: 40 }, (_, i) => 10 ** (i - 35)).filter(
    (d) => d > ends[0] && d < ends[1],
  );
  const height = axis + rowHeight * marks.length;
  const colour = ({ kind }: (typeof marks)[number]) =>
    ({ tuned: 'currentColor', chosen: 'var(--ink)', bound: 'var(--better)', low: 'var(--worse)' })[kind];
  const interval = low !== undefined && high !== undefined && low < high ? [{ low, high }] : [];
  const title = `Learning rates of ${report.study}: tuned ${rate(report.sweep.tuned)}, chosen as tiny ${rate(learningRate)}.`;
  const chart = draw(
    { id: 'rate', title, width: chartWidth(width), height },
    {
      marginLeft: 150,
      marginRight: 20,
      marginTop: 6,
      marginBottom: 34,
      x: { type: 'log', domain: [...ends], label: null, tickFormat: (d: number) => rate(d), ticks: decades },
      r: { type: 'identity' },
      y: { type: 'band', domain: marks.map((_, i) => i), axis: null },
      marks: [
        Plot.rect([rule], { x1: 'low', x2: 'high', fill: 'var(--quiet)', fillOpacity: 0.13 }),
        Plot.rect(interval, { x1: 'low', x2: 'high', fill: 'var(--accent)', fillOpacity: 0.13 }),
        Plot.gridX(decades, { stroke: 'var(--line)', strokeOpacity: 1 }),
        Plot.dot(marks, {
          x: 'learningRate',
          y: (_, i) => i,
          r: ({ kind }) => (kind === 'chosen' ? 7 : 4.5),
          fill: colour,
        }),
        Plot.text(marks, {
          y: (_, i) => i,
          text: 'label',
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -10,
          fill: colour,
        }),
        Plot.text(marks, {
          x: 'learningRate',
          y: (_, i) => i,
          text: (mark) => rate(mark.learningRate),
          textAnchor: 'start',
          dx: 9,
          fill: 'var(--quiet)',
        }),
      ],
    },
  );
  const about =
    'grey: 1 to 2 orders of magnitude below the tuned rate; blue: between the lower end and the bound';
  return svgFile({ title, about, width, charts: [{ svg: chart, height }] });
}
