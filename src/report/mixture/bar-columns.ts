/** One row a domain, one column a mixture (or a metric): bars with their numbers, as many columns in a block as fit. */
import * as Plot from '@observablehq/plot';
import { draw, room, shorten } from '../charts/draw.js';
import type { Chart, ChartOf } from './chart.js';

export interface BarColumn {
  title: string;
  colour: string;
  /** [rows] */
  values: readonly number[];
}

export interface BarColumns {
  title: string;
  rows: readonly string[];
  columns: readonly BarColumn[];
  text: (value: number) => string;
  /** Bars of all columns against the largest of them all, or of each column against its own. */
  scale: 'shared' | 'each';
}

const rowHeight = 20;
const [top, bottom] = [24, 10];
/** Pixels of a number beside its bar, and of the narrowest column. */
const [numberWidth, leastColumn] = [48, 96];

/** Values below 0 have no bar. */
export const barColumns =
  ({ title, rows, columns, text, scale }: BarColumns): ChartOf =>
  (id, width) => {
    const labels = room([...rows], width / 3);
    const each = Math.max(1, Math.floor((width - labels) / leastColumn));
    const largest = (values: readonly number[]) => Math.max(1e-12, ...values);
    const shared = largest(columns.flatMap(({ values }) => values));
    const blocks = Math.ceil(columns.length / each);
    const perBlock = Math.ceil(columns.length / blocks);
    const columnWidth = Math.min(190, (width - labels) / perBlock);
    return Array.from({ length: blocks }, (_, block): Chart => {
      const its = columns.slice(block * perBlock, (block + 1) * perBlock);
      const height = top + bottom + rowHeight * rows.length;
      const bars = its.flatMap(({ values, colour }, column) => {
        const most = scale === 'shared' ? shared : largest(values);
        return values.map((value, row) => ({
          column,
          row,
          value,
          length: Math.max(0, value / most),
          colour,
        }));
      });
      const svg = draw(
        {
          id: block === 0 ? id : `${id}-${block + 1}`,
          title,
          width: labels + columnWidth * its.length,
          height,
        },
        {
          marginLeft: labels,
          marginRight: 0,
          marginTop: top,
          marginBottom: bottom,
          x: { domain: [0, columnWidth / (columnWidth - numberWidth - 12)], axis: null },
          fx: {
            domain: its.map((_, column) => column),
            axis: 'top',
            label: null,
            padding: 12 / columnWidth,
            tickFormat: (column: number) => shorten(its[column]!.title, columnWidth - 16),
          },
          y: {
            type: 'band',
            domain: rows.map((_, row) => row),
            label: null,
            tickSize: 0,
            padding: 0.24,
            tickFormat: (row: number) => shorten(rows[row]!, labels - 8),
          },
          marks: [
            Plot.barX(bars, {
              fx: 'column',
              y: 'row',
              x: 'length',
              fill: ({ colour }: { colour: string }) => colour,
              fillOpacity: 0.75,
            }),
            Plot.text(bars, {
              fx: 'column',
              y: 'row',
              x: 'length',
              text: ({ value }: { value: number }) => text(value),
              textAnchor: 'start',
              dx: 4,
              fontVariant: 'tabular-nums',
            }),
            Plot.ruleX([0], { stroke: 'var(--line)' }),
          ],
          color: { type: 'identity' },
        },
      );
      return { svg, height };
    });
  };
