/** Spearman correlation of the proxy at one learning rate with the target at another. */
import * as Plot from '@observablehq/plot';
import type { HeatMap } from '../../records.js';
import { draw } from '../charts/draw.js';
import { decimals, rateText } from '../format.js';

/** Empty where either model has a single rate or none. */
export function heatMapChart(
  { proxyRates, targetRates, spearman }: HeatMap,
  id: string,
  width: number,
): string {
  if (proxyRates.length < 2 || targetRates.length < 2) return '';
  const squares = proxyRates.flatMap((proxy, p) =>
    targetRates.map((target, t) => ({
      proxy: rateText(proxy),
      target: rateText(target),
      rho: spearman[p]![t]!,
    })),
  );
  const rowHeight = 30;
  return draw(
    {
      id,
      title:
        'Spearman correlation of the rankings by the proxy, one row a learning rate, and by the target, one column a learning rate.',
      width: Math.min(width, 90 + 86 * targetRates.length),
      height: 62 + rowHeight * proxyRates.length,
    },
    {
      marginLeft: 62,
      marginRight: 0,
      marginTop: 22,
      marginBottom: 40,
      x: {
        type: 'band',
        domain: targetRates.map(rateText),
        label: 'learning rate of the target',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickSize: 0,
        padding: 0.04,
      },
      y: {
        type: 'band',
        domain: [...proxyRates].reverse().map(rateText),
        label: null,
        tickSize: 0,
        padding: 0.04,
      },
      marks: [
        Plot.text(['learning rate of the proxy'], {
          frameAnchor: 'top-left',
          dx: -58,
          dy: -18,
          textAnchor: 'start',
        }),
        Plot.cell(squares, {
          x: 'target',
          y: 'proxy',
          fill: ({ rho }: { rho: number }) => (rho < 0 ? 'var(--worse)' : 'var(--better)'),
          fillOpacity: ({ rho }: { rho: number }) => 0.75 * rho ** 2 || 0,
          stroke: 'var(--line)',
        }),
        Plot.text(squares, {
          x: 'target',
          y: 'proxy',
          text: ({ rho }: { rho: number }) => decimals(rho, 2),
          fontVariant: 'tabular-nums',
        }),
      ],
      color: { type: 'identity' },
      opacity: { type: 'identity' },
    },
  );
}
