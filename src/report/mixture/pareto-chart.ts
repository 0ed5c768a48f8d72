/** The Pareto front of two objectives, with the mixtures that are compared and the runs that were trained. */
import * as Plot from '@observablehq/plot';
import type { ParetoFront } from '../../mixture/index.js';
import { draw, room, shorten } from '../charts/draw.js';
import { spread } from '../charts/series.js';
import { decimals } from '../format.js';
import { type ChartOf, strokes } from './chart.js';

const connector = 18;
const [left, top, bottom, height] = [56, 24, 40, 360];

/** @param names of the two objectives, as they are shown */
export const paretoChart =
  ({ points, compared, runs }: ParetoFront, names: readonly [string, string], title: string): ChartOf =>
  (id, width) => {
    const labels =
      room(
        compared.map(({ name }) => name),
        width / 3.4,
      ) +
      connector +
      8;
    const shown = [...points, ...compared];
    const x = rangeOf(shown.map(({ first }) => first));
    const y = rangeOf(shown.map(({ second }) => second));
    const inner = height - top - bottom;
    const pixel = (value: number) => (inner * (y[1] - value)) / (y[1] - y[0]);
    const placed = spread(
      compared.map(({ second }) => pixel(second)),
      15,
      inner,
    );
    const tags = compared.map((mixture, i) => ({
      ...mixture,
      at: y[1] - (placed[i]! / inner) * (y[1] - y[0]),
      colour: i === 1 ? 'var(--accent)' : 'currentColor',
    }));
    const beyond = x[1] + ((x[1] - x[0]) * connector) / (width - left - labels);
    const near = runs.filter(
      ({ first, second }) => first >= x[0] && first <= x[1] && second >= y[0] && second <= y[1],
    );
    const digits = ([low, high]: [number, number]) =>
      Math.min(5, Math.max(1, 1 - Math.floor(Math.log10(high - low))));
    const axis = { labelArrow: 'none', labelAnchor: 'center', ticks: 5 } as const;
    const svg = draw(
      { id, title, width, height },
      {
        marginLeft: left,
        marginRight: labels,
        marginTop: top,
        marginBottom: bottom,
        x: {
          ...axis,
          domain: x,
          label: names[0],
          tickFormat: (value: number) => decimals(value, digits(x)),
          ticks: width < 500 ? 3 : 6,
        },
        y: { ...axis, domain: y, label: null, tickFormat: (value: number) => decimals(value, digits(y)) },
        marks: [
          Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
          Plot.text([names[1]], { frameAnchor: 'top-left', dx: -50, dy: -20, textAnchor: 'start' }),
          Plot.line(strokes(near.map(({ first, second }): [number, number][] => [[first, second]])), {
            stroke: 'var(--quiet)',
            strokeOpacity: 0.4,
            strokeWidth: 4,
            strokeLinecap: 'round',
          }),
          Plot.line(points, { x: 'first', y: 'second', stroke: 'var(--accent)', strokeWidth: 1.75 }),
          Plot.dot(points, { x: 'first', y: 'second', r: 3, fill: 'var(--accent)' }),
          Plot.link(tags, {
            x1: 'first',
            x2: beyond,
            y1: 'second',
            y2: 'at',
            stroke: 'colour',
            strokeOpacity: 0.35,
          }),
          Plot.dot(tags, {
            x: 'first',
            y: 'second',
            r: 5,
            stroke: 'colour',
            strokeWidth: 2,
            fill: 'var(--paper)',
          }),
          Plot.text(tags, {
            x: x[1],
            y: 'at',
            dx: connector + 4,
            textAnchor: 'start',
            text: ({ name }: { name: string }) => shorten(name, labels - connector - 8),
            fill: 'colour',
          }),
        ],
        color: { type: 'identity' },
      },
    );
    return [{ svg, height }];
  };

/** With a margin; never empty. */
function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.06 * (high - low) || 0.01;
  return [low - margin, high + margin];
}
