/** Each recipe's loss by the proxy against that of the target. */
import * as Plot from '@observablehq/plot';
import { draw } from '../charts/draw.js';
import { decimals } from '../format.js';
import type { RecipeAtRate } from './at-rate.js';

/** @param name of what both are measured by; empty for fewer than three recipes */
export function scatterChart(
  recipes: readonly RecipeAtRate[],
  { name, target }: { name: string; target: string },
  { id, title, width }: { id: string; title: string; width: number },
): string {
  if (recipes.length < 3) return '';
  const axis = { ticks: 4, nice: true, labelArrow: 'none', labelAnchor: 'center' } as const;
  const digits = (values: number[]) =>
    Math.min(
      5,
      Math.max(1, 1 - Math.floor(Math.log10(Math.max(1e-9, Math.max(...values) - Math.min(...values))))),
    );
  const [x, y] = [digits(recipes.map(({ proxy }) => proxy)), digits(recipes.map(({ target }) => target))];
  return draw(
    { id, title, width, height: 280 },
    {
      marginLeft: 62,
      marginRight: 16,
      marginTop: 24,
      marginBottom: 40,
      x: { ...axis, label: `${name} of the proxy`, tickFormat: (value: number) => decimals(value, x) },
      y: { ...axis, label: null, tickFormat: (value: number) => decimals(value, y) },
      marks: [
        Plot.gridY({ ticks: 4, stroke: 'var(--line)', strokeOpacity: 1 }),
        Plot.text([`${name} of the ${target}`], {
          frameAnchor: 'top-left',
          dx: -56,
          dy: -20,
          textAnchor: 'start',
        }),
        Plot.dot(recipes, {
          x: 'proxy',
          y: 'target',
          r: 4,
          fill: 'var(--accent)',
          fillOpacity: 0.75,
          title: 'recipe',
        }),
      ],
    },
  );
}
