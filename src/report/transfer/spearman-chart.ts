/** Agreement with the tuned target against the proxy's learning rate, with intervals over seeds. */
import * as Plot from '@observablehq/plot';
import type { Estimated, Transfer } from '../../records.js';
import { draw } from '../charts/draw.js';
import { rateText } from '../format.js';
import { type RateLine, rateTicks } from './rate-lines.js';

interface Chart {
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

/** One line for each of `lines`, a bar for each interval. */
export function estimateChart(
  lines: readonly (RateLine & { of: (transfer: Transfer) => Estimated })[],
  objective: string,
  { id, title, width, domain }: Chart,
): string {
  const drawn = lines.map(({ points, colour, of }) =>
    points.map(({ rate, setting }): Point => ({ rate, colour, ...of(setting.transfer[objective]!) })),
  );
  const all = drawn.flat().filter(({ value }) => Number.isFinite(value));
  if (all.length === 0) return '';
  const ranged = all.filter(({ interval }) => interval !== undefined && Number.isFinite(interval.low));
  return draw(
    { id, title, width, height: 280 },
    {
      marginLeft: 52,
      marginRight: 16,
      marginTop: 12,
      marginBottom: 40,
      x: {
        type: 'log',
        label: 'learning rate of the proxy',
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: rateTicks(
          all.map(({ rate }) => rate),
          width - 68,
        ),
        tickFormat: rateText,
      },
      y: { label: null, ticks: 6, nice: true, ...(domain === undefined ? {} : { domain }) },
      marks: [
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
        drawn.map((points) =>
          Plot.line(points, { x: 'rate', y: 'value', stroke: points[0]!.colour, strokeWidth: 1.75 }),
        ),
        Plot.dot(all, { x: 'rate', y: 'value', fill: 'colour', r: 3.5 }),
      ],
      color: { type: 'identity' },
    },
  );
}

/** The smallest range of round tenths that holds every value and interval, ending at `most`. */
export function correlationDomain(lines: readonly RateLine[], objective: string): [number, number] {
  const values = lines.flatMap(({ points }) =>
    points.flatMap(({ setting }) => {
      const { value, interval } = setting.transfer[objective]!.spearman;
      return [value, interval?.low ?? value].filter(Number.isFinite);
    }),
  );
  return [Math.max(-1, Math.floor(10 * Math.min(0.9, ...values)) / 10), 1];
}
