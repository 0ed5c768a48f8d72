/** Two recipes at two similar rates: which is better depends on the rate. */
import * as Plot from '@observablehq/plot';
import type { FlippedPair } from '../../records.js';
import { draw } from '../charts/draw.js';
import { decimals, rateText } from '../format.js';

export const flipColours = ['var(--better)', 'var(--worse)'] as const;

interface Point {
  rate: string;
  value: number;
  error: number;
  colour: string;
}

/** Bars are standard errors over seeds. */
export function flipChart(
  { rates }: FlippedPair,
  { id, title, width }: { id: string; title: string; width: number },
) {
  const lines = flipColours.map((colour, r) =>
    rates.map(
      ({ learningRate, values, errors }): Point => ({
        rate: rateText(learningRate),
        value: values[r]!,
        error: errors?.[r] ?? 0,
        colour,
      }),
    ),
  );
  const gap = Math.abs(rates[0].values[0] - rates[0].values[1]);
  const digits = Math.min(5, Math.max(2, 1 - Math.floor(Math.log10(gap || 1))));
  return draw(
    { id, title, width: Math.min(width, 452), height: 240 },
    {
      marginLeft: 62,
      marginRight: 16,
      marginTop: 12,
      marginBottom: 40,
      x: {
        type: 'point',
        domain: rates.map(({ learningRate }) => rateText(learningRate)),
        label: 'learning rate of the proxy',
        labelAnchor: 'center',
        labelArrow: 'none',
        padding: 0.4,
      },
      y: { label: null, ticks: 5, nice: true, tickFormat: (value: number) => decimals(value, digits) },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
        lines.map((points, r) => [
          Plot.link(
            points.filter(({ error }) => error > 0),
            {
              x: 'rate',
              y1: ({ value, error }: Point) => value - error,
              y2: ({ value, error }: Point) => value + error,
              ...{ stroke: 'colour', strokeOpacity: 0.45, strokeWidth: 2, dx: 6 * r - 3 },
            },
          ),
          Plot.line(points, { x: 'rate', y: 'value', stroke: flipColours[r]!, dx: 6 * r - 3 }),
          Plot.dot(points, { x: 'rate', y: 'value', fill: 'colour', r: 4, dx: 6 * r - 3 }),
        ]),
      ],
      color: { type: 'identity' },
    },
  );
}
