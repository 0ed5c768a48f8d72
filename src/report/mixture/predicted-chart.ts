/** Predicted against actual of held-out runs, with the interval of each prediction. */
import * as Plot from '@observablehq/plot';
import type { HeldOut } from '../../mixture/index.js';
import { normalQuantile } from '../../stats/index.js';
import { draw } from '../charts/draw.js';
import { decimals } from '../format.js';
import { type Chart, strokes } from './chart.js';

const height = 250;

/** Runs outside of the 95 % interval of their prediction are orange. */
export function predictedChart(
  { actual, predicted, standardError }: HeldOut,
  { id, title, width }: { id: string; title: string; width: number },
): Chart {
  const half = normalQuantile(0.975);
  const runs = actual.map((y, i) => {
    const x = predicted[i]!;
    const error = half * (standardError?.[i] ?? Number.POSITIVE_INFINITY);
    return { x, y, low: x - error, high: x + error, outside: Math.abs(y - x) > error };
  });
  const all = [...actual, ...predicted];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = 0.04 * (high - low) || 0.01;
  const domain: [number, number] = [low - margin, high + margin];
  const digits = Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(high - low || 1))));
  const axis = {
    domain,
    ticks: 4,
    labelArrow: 'none',
    tickFormat: (value: number) => decimals(value, digits),
  } as const;
  // One path for all runs of a kind: a zero-length stroke with a round end is a dot.
  const path = (segments: [number, number][][], stroke: string, strokeWidth: number, strokeOpacity: number) =>
    Plot.line(strokes(segments), { stroke, strokeWidth, strokeOpacity, strokeLinecap: 'round', clip: true });
  const dots = (outside: boolean): [number, number][][] =>
    runs.filter((run) => run.outside === outside).map(({ x, y }) => [[x, y]]);
  const bars = (outside: boolean): [number, number][][] =>
    runs
      .filter((run) => run.outside === outside && Number.isFinite(run.low))
      .map((run) => [
        [run.low, run.y],
        [run.high, run.y],
      ]);
  const svg = draw(
    { id, title, width, height },
    {
      marginLeft: 44,
      marginRight: 12,
      marginTop: 20,
      marginBottom: 38,
      x: { ...axis, label: 'predicted', labelAnchor: 'center' },
      y: { ...axis, label: null },
      marks: [
        Plot.gridY({ ticks: 4, stroke: 'var(--line)', strokeOpacity: 1 }),
        Plot.text(['actual'], { frameAnchor: 'top-left', dx: -40, dy: -18, textAnchor: 'start' }),
        Plot.line(
          [domain, domain].map(([from, until], i) => (i === 0 ? [from, from] : [until, until])),
          {
            stroke: 'var(--quiet)',
            strokeDasharray: '3,3',
          },
        ),
        path(bars(false), 'var(--accent)', 1, 0.2),
        path(bars(true), 'var(--worse)', 1, 0.45),
        path(dots(false), 'var(--accent)', 3.6, 0.6),
        path(dots(true), 'var(--worse)', 3.6, 0.9),
      ],
    },
  );
  return { svg, height };
}
