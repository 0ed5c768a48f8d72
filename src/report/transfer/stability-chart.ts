/** How the ranking comes to be over training: its correlation with the tuned target, one line a learning rate. */
import * as Plot from '@observablehq/plot';
import type { StabilityPoint, TransferAnalysis } from '../../ranking/index.js';
import { draw } from '../charts/draw.js';
import { percent } from '../format.js';
import { rateText } from './rate-lines.js';

interface Line {
  label: string;
  opacity: number;
  points: StabilityPoint[];
}

/** Darker is a smaller rate. Empty where nothing was measured over training. */
export function stabilityChart({ settings }: TransferAnalysis, id: string, width: number): string {
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
  return draw(
    {
      id,
      title:
        'Spearman correlation of the ranking so far with the tuned target, over the training of the proxy; darker lines are smaller learning rates.',
      width,
      height: 280,
    },
    {
      marginLeft: 52,
      marginRight: 56,
      marginTop: 12,
      marginBottom: 40,
      x: {
        label: 'share of the training',
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [0, 1],
        ticks: 5,
        tickFormat: (share: number) => percent(share, 0),
      },
      y: { label: null, ticks: 6, nice: true },
      marks: [
        Plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
        lines.map(({ points, opacity }) =>
          Plot.line(points, { x: 'share', y: 'withTarget', stroke: 'var(--accent)', strokeOpacity: opacity }),
        ),
        lines.map(({ points, label }) =>
          Plot.text(points.slice(-1), {
            x: 'share',
            y: 'withTarget',
            text: () => label,
            textAnchor: 'start',
            dx: 6,
            fill: 'var(--quiet)',
          }),
        ),
      ],
    },
  );
}
