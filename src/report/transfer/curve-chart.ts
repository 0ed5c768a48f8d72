/** Loss against learning rate, one line a recipe, a ring at each recipe's best rate. */
import * as Plot from '@observablehq/plot';
import type { RateCurve } from '../../records.js';
import { draw } from '../charts/draw.js';
import { decimals } from '../format.js';
import { type RateMarks, rateAxis } from './rate-axis.js';

interface Ring {
  learningRate: number;
  value: number;
  atEdge: boolean;
}

/** Empty where no recipe was trained at two rates. */
export function curveChart(
  curves: readonly RateCurve[],
  { id, title, width, ...marked }: RateMarks & { id: string; title: string; width: number },
): string {
  const drawn = curves.flatMap(({ recipe, points, best, atEdge }) => {
    const finite = points.flatMap(({ learningRate, value }) =>
      value === null ? [] : [{ learningRate, value, recipe }],
    );
    return finite.length < 2 ? [] : [{ recipe, finite, best, atEdge }];
  });
  if (drawn.length === 0) return '';
  const rings = drawn.map(({ finite, best, atEdge }): Ring => {
    const { learningRate, value } = finite.find((point) => point.learningRate === best)!;
    return { learningRate, value, atEdge };
  });
  const axis = rateAxis(
    drawn.flatMap(({ finite }) => finite.map((point) => point.learningRate)),
    'learning rate',
    width - 68,
    marked,
  );
  return draw(
    { id, title, width, height: 300 },
    {
      marginLeft: 52,
      marginRight: 16,
      marginTop: 22,
      marginBottom: 40,
      x: axis.x,
      y: { label: null, ticks: 6, nice: true, tickFormat: (value: number) => decimals(value, 2) },
      marks: [
        ...axis.marks,
        Plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
        drawn.map(({ finite, recipe }) =>
          Plot.line(finite, {
            x: 'learningRate',
            y: 'value',
            stroke: 'var(--accent)',
            strokeOpacity: drawn.length > 12 ? 0.35 : 0.7,
            strokeWidth: 1.25,
            title: () => recipe,
          }),
        ),
        Plot.dot(rings, {
          x: 'learningRate',
          y: 'value',
          r: 3.5,
          strokeWidth: 1.5,
          stroke: ({ atEdge }: Ring) => (atEdge ? 'var(--worse)' : 'var(--ink)'),
          fill: 'var(--paper)',
        }),
      ],
      color: { type: 'identity' },
    },
  );
}
