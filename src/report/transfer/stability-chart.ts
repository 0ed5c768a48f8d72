/** How the ranking comes to be over training: its correlation with the target, one line a learning rate. */
import * as Plot from '@observablehq/plot';
import type { ProxySetting, StabilityPoint } from '../../records.js';
import { draw } from '../charts/draw.js';
import { spread } from '../charts/series.js';
import { percent, rateText } from '../format.js';

interface Line {
  label: string;
  opacity: number;
  points: StabilityPoint[];
}

const [height, top, bottom] = [280, 12, 40];
const inner = height - top - bottom;

/** Darker is a smaller rate. Empty where nothing was measured over training. */
export function stabilityChart(settings: readonly ProxySetting[], id: string, width: number): string {
  const measured = settings.filter(({ stability }) => (stability?.points.length ?? 0) > 2);
  if (measured.length === 0) return '';
  const lines = measured.map(({ stability, hyperparameters }, i): Line => {
    const rate = hyperparameters.learningRate;
    return {
      label: rate === undefined ? '' : rateText(rate),
      opacity: 1 - (0.8 * i) / Math.max(1, measured.length - 1),
      points: stability!.points.filter(({ withTarget }) => Number.isFinite(withTarget)),
    };
  });
  const drawn = lines.filter(({ points }) => points.length > 0);
  const values = drawn.flatMap(({ points }) => points.map(({ withTarget }) => withTarget));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = (high - low || 1) / inner;
  const ends = drawn.map(({ points }) => (high - points.at(-1)!.withTarget) / scale);
  const labels = spread(ends, 13, inner).map((pixel, i) => ({
    at: high - pixel * scale,
    label: drawn[i]!.label,
  }));
  return draw(
    {
      id,
      title:
        'Spearman correlation of the ranking so far with the target, over the training of the proxy; darker lines are smaller learning rates.',
      width,
      height,
    },
    {
      marginLeft: 52,
      marginRight: 56,
      marginTop: top,
      marginBottom: bottom,
      x: {
        label: 'share of the training',
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [0, 1],
        ticks: 5,
        tickFormat: (share: number) => percent(share, 0),
      },
      y: { label: null, ticks: 6, domain: [low, high] },
      marks: [
        Plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
        drawn.map(({ points, opacity }) =>
          Plot.line(points, { x: 'share', y: 'withTarget', stroke: 'var(--accent)', strokeOpacity: opacity }),
        ),
        Plot.text(labels, { x: 1, y: 'at', text: 'label', textAnchor: 'start', dx: 6, fill: 'var(--quiet)' }),
      ],
    },
  );
}
