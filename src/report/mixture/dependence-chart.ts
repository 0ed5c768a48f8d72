/** Partial dependence on one domain: how each metric moves as its share grows, one line a metric. */
import * as Plot from '@observablehq/plot';
import { draw } from '../charts/draw.js';
import { decimals, percent } from '../format.js';
import type { Chart } from './chart.js';

export interface DependenceLine {
  /** [points] */
  shares: readonly number[];
  /** [points] Change of the prediction since the first of them. */
  change: readonly number[];
  /** Aimed at: drawn over the others. */
  isObjective: boolean;
}

export interface DependencePanel {
  id: string;
  title: string;
  width: number;
  /** Of the changes in all panels, so that domains can be compared. */
  range: readonly [number, number];
  /** Shares to mark: of the prior, and of the proposal. */
  prior?: number;
  proposal?: number;
}

const height = 150;

export function dependenceChart(
  lines: readonly DependenceLine[],
  { id, title, width, range, prior, proposal }: DependencePanel,
): Chart {
  const most = Math.max(...lines.flatMap(({ shares }) => shares), 1e-4);
  const digits = Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(range[1] - range[0] || 1))));
  const within = (share: number | undefined): number[] =>
    share === undefined || share > most ? [] : [share];
  const line = ({ shares, change, isObjective }: DependenceLine) =>
    Plot.line(
      shares.map((share, i) => [share, change[i]!]),
      isObjective
        ? { stroke: 'var(--accent)', strokeWidth: 2 }
        : { stroke: 'currentColor', strokeWidth: 1.1, strokeOpacity: 0.4 },
    );
  const svg = draw(
    { id, title, width, height },
    {
      marginLeft: 42,
      marginRight: 14,
      marginTop: 6,
      marginBottom: 24,
      x: {
        domain: [0, most],
        label: null,
        ticks: 2,
        tickFormat: (d: number) => percent(d, most < 0.03 ? 1 : 0),
      },
      y: { domain: [...range], label: null, ticks: 4, tickFormat: (d: number) => decimals(d, digits) },
      marks: [
        Plot.gridY({ ticks: 4, stroke: 'var(--line)', strokeOpacity: 1 }),
        Plot.ruleX(within(prior), { stroke: 'var(--quiet)', strokeDasharray: '2,3' }),
        Plot.ruleX(within(proposal), { stroke: 'var(--worse)' }),
        lines.filter(({ isObjective }) => !isObjective).map(line),
        lines.filter(({ isObjective }) => isObjective).map(line),
      ],
    },
  );
  return { svg, height };
}
