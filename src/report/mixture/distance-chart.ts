/** How far mixtures lie from the nearest trained one, beside the distances of the trained ones from each other. */
import * as Plot from '@observablehq/plot';
import { quantile } from '../../stats/index.js';
import { draw, room, shorten } from '../charts/draw.js';
import { percent } from '../format.js';
import { type ChartOf, strokes } from './chart.js';

export interface Placed {
  name: string;
  /** One a stage; `isFar`: beyond the 95 % quantile of the trained. */
  distances: readonly { nearest: number; isFar: boolean }[];
}

const rowHeight = 24;
const [top, bottom, right] = [8, 40, 76];

/** @param design each trained mixture's distance to its nearest other */
export const distanceChart =
  (mixtures: readonly Placed[], design: readonly number[], title: string): ChartOf =>
  (id, width) => {
    const rows = ['trained', ...mixtures.map(({ name }) => name)];
    const labels = room(rows, width / 3);
    const height = top + bottom + rowHeight * rows.length;
    const dots = mixtures.flatMap(({ distances }, i) => distances.map((each) => ({ row: i + 1, ...each })));
    const ends = mixtures.map(({ distances }, i) => {
      const all = distances.map(({ nearest }) => nearest);
      const [least, most] = [Math.min(...all), Math.max(...all)];
      const text = all.length === 1 ? percent(most) : `${percent(least, 0)} – ${percent(most, 0)}`;
      return { row: i + 1, most, text };
    });
    const most = Math.max(1e-3, ...design, ...ends.map((end) => end.most));
    const marks = design.length === 0 ? [] : [quantile([...design], 0.5), quantile([...design], 0.95)];
    const svg = draw(
      { id, title, width, height },
      {
        marginLeft: labels,
        marginRight: right,
        marginTop: top,
        marginBottom: bottom,
        x: {
          domain: [0, most],
          label: 'share of tokens in other domains',
          labelAnchor: 'center',
          labelArrow: 'none',
          ticks: width < 500 ? 3 : 6,
          tickFormat: (d: number) => percent(d, most < 0.05 ? 1 : 0),
        },
        y: {
          domain: [rows.length - 0.5, -0.5],
          label: null,
          tickSize: 0,
          ticks: rows.map((_, row) => row),
          tickFormat: (row: number) => shorten(rows[row]!, labels - 8),
        },
        marks: [
          Plot.ruleX(marks, { stroke: 'var(--quiet)', strokeDasharray: '3,3' }),
          Plot.line(
            strokes(
              design.map((distance): [number, number][] => [
                [distance, -0.3],
                [distance, 0.3],
              ]),
            ),
            { stroke: 'var(--quiet)', strokeOpacity: design.length > 100 ? 0.25 : 0.6 },
          ),
          Plot.dot(dots, {
            x: 'nearest',
            y: 'row',
            r: 4.5,
            fill: ({ isFar }: { isFar: boolean }) => (isFar ? 'var(--worse)' : 'var(--accent)'),
            fillOpacity: 0.8,
          }),
          Plot.text(ends, {
            x: 'most',
            y: 'row',
            text: 'text',
            textAnchor: 'start',
            dx: 10,
            fontVariant: 'tabular-nums',
          }),
        ],
        color: { type: 'identity' },
      },
    );
    return [{ svg, height }];
  };
