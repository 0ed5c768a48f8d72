/** Who beats whom: a square per pair, rows against columns in rank order; a tie stays empty and says so. */
import * as Plot from '@observablehq/plot';
import type { Report } from '../../records.js';
import { signed } from '../format.js';
import { names } from '../view.js';
import { draw, room, shorten } from './draw.js';

interface Square {
  row: string;
  column: string;
  /** loss(row) − loss(column), nats per token. */
  differenceNats: number;
  tie: boolean;
}

export function pairChart(report: Report, id: string, width: number): string {
  const order = names(report);
  const squares = report.ranking.pairs.flatMap(({ better, worse, differenceNats, tie }): Square[] => [
    { row: better, column: worse, differenceNats: 0 - differenceNats, tie },
    { row: worse, column: better, differenceNats, tie },
  ]);
  const labels = room(order, width / 3.4) + 18;
  const size = Math.min(64, (width - labels) / order.length);
  const number = (recipe: string) => String(order.indexOf(recipe) + 1);
  const label = ({ differenceNats, tie }: Square) => {
    if (size < 22) return tie ? '=' : '';
    if (size < 54) return tie ? 'tie' : differenceNats < 0 ? '−' : '+';
    return tie ? 'tie' : signed(differenceNats, 3);
  };
  const fill = ({ differenceNats, tie }: Square) =>
    tie ? 'none' : differenceNats < 0 ? 'var(--better)' : 'var(--worse)';
  return draw(
    {
      id,
      title:
        'Every pair of recipes: blue where the recipe of the row has the lower loss, orange where it has the higher, empty where the two are a tie.',
      width: labels + size * order.length,
      height: 24 + Math.min(size, 34) * order.length,
    },
    {
      marginLeft: labels,
      marginRight: 0,
      marginTop: 24,
      marginBottom: 0,
      x: {
        type: 'band',
        domain: order,
        axis: 'top',
        label: null,
        tickSize: 0,
        tickFormat: number,
        padding: 0.06,
      },
      y: {
        type: 'band',
        domain: order,
        label: null,
        tickSize: 0,
        padding: 0.06,
        tickFormat: (name: string) => shorten(`${number(name)} ${name}`, labels),
      },
      marks: [
        Plot.cell(squares, { x: 'column', y: 'row', fill, fillOpacity: 0.3, stroke: 'var(--line)' }),
        Plot.text(squares, { x: 'column', y: 'row', text: label, fontVariant: 'tabular-nums' }),
      ],
    },
  );
}
