/** Sign agreement as a map: a row a number of steps or a width, a column a learning rate, the theory's region outlined. */
import * as Plot from '@observablehq/plot';
import type { Cell, RandomFeatures, Region } from '../../simulate/index.js';
import { draw } from '../charts/draw.js';
import { count } from '../format.js';

/** What the rows are: steps at the largest width, or widths at the most steps. */
export type Rows = 'steps' | 'width';

/** Agreement from which a sign is called reliable. */
export const reliableAgreement = 0.95;

/** The cells of a map, row by row from the first to the last, each ascending in the learning rate. */
export function mapRows({ cells, settings }: RandomFeatures, rows: Rows): { row: number; cells: Cell[] }[] {
  const fixed = rows === 'steps' ? 'width' : 'steps';
  const most = (rows === 'steps' ? settings.widths : settings.checkpoints).at(-1);
  const values = rows === 'steps' ? settings.checkpoints : settings.widths;
  return values.map((row) => ({
    row,
    cells: cells.filter((cell) => cell[rows] === row && cell[fixed] === most),
  }));
}

/** Learning rates of the region that all pairs share, in a row; undefined where there are none. */
function rowRegion(region: Region, { cells: [first] }: { cells: Cell[] }): [number, number] | undefined {
  const { width, steps } = first!;
  const lowest = region.c0 / steps;
  return width >= region.leastWidth && lowest <= region.largestRate
    ? [lowest, region.largestRate]
    : undefined;
}

const rowHeight = 26;
const [top, bottom, left, right] = [8, 44, 62, 8];

export function agreementMap(result: RandomFeatures, rows: Rows, id: string, width: number): string {
  const map = mapRows(result, rows);
  const size = (width - left - right) / result.settings.learningRates.length;
  const exponents = result.settings.learningRates.map(Math.log2);
  const squares = map.flatMap(({ cells }, y) =>
    cells.map(({ learningRate, ...cell }) => ({ ...cell, x: Math.log2(learningRate), y })),
  );
  const outline = regionOutline(map.map((row) => rowRegion(result.region, row)));
  const about = rows === 'steps' ? 'steps T, at the largest width' : 'width m, after the most steps';
  return draw(
    {
      id,
      title: `Share of pairs whose order is right, by learning rate and ${about}: blue from 95 %, orange below; the theory's region is outlined.`,
      width,
      height: top + bottom + rowHeight * map.length,
    },
    {
      marginTop: top,
      marginBottom: bottom,
      marginLeft: left,
      marginRight: right,
      x: {
        domain: [exponents[0]! - 0.5, exponents.at(-1)! + 0.5],
        label: 'learning rate η',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickSize: 0,
        ticks: exponents.filter((_, i) => size >= 30 || i % 3 === 0),
        tickFormat: powerOfTwo,
      },
      y: {
        domain: [-0.5, map.length - 0.5],
        label: null,
        tickSize: 0,
        ticks: map.map((_, y) => y),
        tickFormat: (y: number) => `${rows === 'steps' ? 'T' : 'm'} = ${map[y]!.row}`,
      },
      marks: [
        Plot.rect(squares, {
          x1: ({ x }) => x - 0.5,
          x2: ({ x }) => x + 0.5,
          y1: ({ y }) => y - 0.5,
          y2: ({ y }) => y + 0.5,
          inset: 0.5,
          fill: ({ agreement }) => (agreement >= reliableAgreement ? 'var(--better)' : 'var(--worse)'),
          fillOpacity: ({ agreement }) =>
            agreement >= reliableAgreement ? 0.35 : 0.15 + 0.45 * (1 - agreement),
        }),
        Plot.line(outline, { x: '0', y: '1', stroke: 'currentColor', strokeWidth: 2.5 }),
        Plot.text(size < 22 ? [] : squares, {
          x: 'x',
          y: 'y',
          text: cellText,
          fontVariant: 'tabular-nums',
        }),
      ],
    },
  );
}

/** Percent of pairs; `∞` where every comparison diverged. */
export function cellText({ agreement, diverged }: Pick<Cell, 'agreement' | 'diverged'>): string {
  return diverged === 1 ? '∞' : count(Math.floor(100 * agreement));
}

/** Up the left edge and down the right one of the rows that have a region, closed; in units of the map. */
function regionOutline(regions: ([number, number] | undefined)[]): [number, number][] {
  const edges = regions.flatMap((region, y): [number, number, number][] =>
    region === undefined ? [] : [[Math.log2(region[0]), Math.log2(region[1]), y]],
  );
  const up = edges.flatMap(([low, , y]): [number, number][] => [
    [low, y - 0.5],
    [low, y + 0.5],
  ]);
  const down = edges.toReversed().flatMap(([, high, y]): [number, number][] => [
    [high, y + 0.5],
    [high, y - 0.5],
  ]);
  return [...up, ...down, ...up.slice(0, 1)];
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `2⁻³`. */
function powerOfTwo(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join('');
  return `2${exponent < 0 ? '⁻' : ''}${digits}`;
}
