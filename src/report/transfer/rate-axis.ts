/** The axis of learning rates that figures share, with what is known of the rates: the interval of tiny ones, the tuned one. */
import * as Plot from '@observablehq/plot';
import type { RateBand } from '../../records.js';
import { rateText } from '../format.js';

/** What a figure over the learning rate marks on its axis. */
export interface RateMarks {
  /** Shaded between its ends, a dashed line at the tuned rate. */
  band?: RateBand | undefined;
  /** A line at the rate whose ranking transfers best. */
  best?: number | undefined;
}

/** An end of the interval further than this from the rates that were trained is cut off, or it would squeeze them. */
const farthest = 30;

/** @param width of the axis in pixels */
export function rateAxis(
  rates: readonly number[],
  label: string,
  width: number,
  { band, best }: RateMarks = {},
): { x: Plot.ScaleOptions; marks: Plot.Markish[] } {
  const trained = [Math.min(...rates), Math.max(...rates)] as const;
  const within = [band?.tuned, band?.low, band?.high].filter(
    (rate) => rate !== undefined && rate > trained[0] / farthest && rate < trained[1] * farthest,
  ) as number[];
  const [low, high] = [Math.min(trained[0], ...within), Math.max(trained[1], ...within)];
  const domain: [number, number] = low === high ? [low / 2, high * 2] : [low, high];
  const x1 = Math.max(domain[0], band?.low ?? domain[0]);
  const x2 = Math.min(domain[1], band?.high ?? domain[1]);
  const known = band?.low !== undefined || band?.high !== undefined;
  const shaded = known && x1 < x2 ? [{ x1, x2 }] : [];
  const lines = [
    ...(band === undefined
      ? []
      : [{ rate: band.tuned, label: 'tuned', colour: 'var(--quiet)', side: 'bottom' }]),
    ...(best === undefined
      ? []
      : [{ rate: best, label: 'best transfer', colour: 'var(--worse)', side: 'top' }]),
  ].filter(({ rate }) => rate >= domain[0] && rate <= domain[1]);
  const [bottom, top] = (['bottom', 'top'] as const).map((side) =>
    Plot.text(
      lines.filter((line) => line.side === side),
      {
        ...{ x: 'rate', text: 'label', fill: 'colour', frameAnchor: side, fontSize: 11 },
        ...(side === 'top' ? { dy: -11 } : { dy: -6, dx: 4, textAnchor: 'start' as const }),
      },
    ),
  );
  return {
    x: {
      type: 'log',
      // Points at the ends stand clear of the axis.
      inset: 14,
      domain,
      label,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: rateTicks(rates, width),
      tickFormat: rateText,
    },
    marks: [
      Plot.rect(shaded, { x1: 'x1', x2: 'x2', fill: 'var(--accent)', fillOpacity: 0.1 }),
      Plot.ruleX(lines, { x: 'rate', stroke: 'colour', strokeDasharray: '4,3' }),
      bottom,
      top,
    ],
  };
}

/** The rates of a chart's axis, thinned out to what fits `width` pixels. */
function rateTicks(rates: readonly number[], width: number): number[] {
  const sorted = [...new Set(rates)].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(sorted.length / Math.max(2, width / 64)));
  return sorted.filter((_, i) => i % every === 0);
}
