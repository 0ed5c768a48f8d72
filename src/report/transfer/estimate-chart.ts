/** What was estimated in each setting of a proxy against its learning rate, with intervals over seeds. */
import * as Plot from '@observablehq/plot';
import type { Estimated, ProxySetting } from '../../records.js';
import { draw } from '../charts/draw.js';
import { type RateMarks, rateAxis } from './rate-axis.js';
import type { RateLine } from './rate-lines.js';

interface Chart extends RateMarks {
  id: string;
  title: string;
  width: number;
  /** Undefined: as the values are. */
  domain?: [number, number];
}

interface Point extends Estimated {
  rate: number;
  colour: string;
}

/** A line, and what of a setting it shows; undefined where that was not measured. */
export interface EstimateLine extends RateLine {
  of: (setting: ProxySetting) => Estimated | undefined;
}

/** A bar for each interval. Empty where nothing was measured at two rates. */
export function estimateChart(
  lines: readonly EstimateLine[],
  { id, title, width, domain, ...marked }: Chart,
): string {
  const drawn = lines.map(({ points, colour, of }) =>
    points.flatMap(({ rate, setting }): Point[] => {
      const estimated = of(setting);
      return estimated === undefined || !Number.isFinite(estimated.value)
        ? []
        : [{ rate, colour, ...estimated }];
    }),
  );
  const all = drawn.flat();
  if (new Set(all.map(({ rate }) => rate)).size < 2) return '';
  const axis = rateAxis(
    all.map(({ rate }) => rate),
    'learning rate of the proxy',
    width - 68,
    marked,
  );
  const ranged = all.filter(({ interval }) => interval !== undefined && Number.isFinite(interval.low));
  return draw(
    { id, title, width, height: 280 },
    {
      marginLeft: 52,
      marginRight: 16,
      marginTop: 22,
      marginBottom: 40,
      x: axis.x,
      y: { label: null, ticks: 6, nice: true, ...(domain === undefined ? {} : { domain }) },
      marks: [
        ...axis.marks,
        Plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
        Plot.link(ranged, {
          x1: 'rate',
          x2: 'rate',
          y1: ({ interval }: Point) => interval!.low,
          y2: ({ interval }: Point) => interval!.high,
          stroke: 'colour',
          strokeOpacity: 0.45,
          strokeWidth: 2,
        }),
        drawn
          .filter((points) => points.length > 1)
          .map((points) =>
            Plot.line(points, { x: 'rate', y: 'value', stroke: points[0]!.colour, strokeWidth: 1.75 }),
          ),
        Plot.dot(all, { x: 'rate', y: 'value', fill: 'colour', r: 3.5 }),
      ],
      color: { type: 'identity' },
    },
  );
}

/** The smallest range of round tenths that holds every value and the lower ends of intervals, ending at 1. */
export function correlationDomain(lines: readonly EstimateLine[]): [number, number] {
  const values = lines.flatMap(({ points, of }) =>
    points.flatMap(({ setting }) => {
      const { value, interval } = of(setting) ?? { value: Number.NaN };
      return [value, interval?.low ?? value].filter(Number.isFinite);
    }),
  );
  return [Math.max(-1, Math.floor(10 * Math.min(0.9, ...values)) / 10), 1];
}
