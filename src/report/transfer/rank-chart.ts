/** The ranking by the proxy on the left, that by the target on the right, a line for each recipe. */
import * as Plot from '@observablehq/plot';
import { draw, room, shorten } from '../charts/draw.js';
import type { RecipeAtRate } from './at-rate.js';

interface Place {
  recipe: string;
  left: number;
  right: number;
}

const rowHeight = 17;

/** A recipe that moves by more than this share of all places stands out. */
const farMove = 0.2;

/** @param better of the objective that both are ranked by; empty for fewer than three recipes */
export function rankChart(
  recipes: readonly RecipeAtRate[],
  { better, target }: { better: 'lower' | 'higher'; target: string },
  { id, title, width }: { id: string; title: string; width: number },
): string {
  if (recipes.length < 3) return '';
  const placed = (of: (recipe: RecipeAtRate) => number) => {
    const order = [...recipes].sort((a, b) => (of(a) - of(b)) * (better === 'lower' ? 1 : -1));
    return new Map(order.map(({ recipe }, place) => [recipe, place + 1]));
  };
  const [left, right] = [placed(({ proxy }) => proxy), placed(({ target }) => target)];
  const places = recipes.map(
    ({ recipe }): Place => ({ recipe, left: left.get(recipe)!, right: right.get(recipe)! }),
  );
  const moves = ({ left, right }: Place) => Math.abs(left - right) > farMove * recipes.length;
  const labels = room(
    recipes.map(({ recipe }) => recipe),
    width / 3.2,
  );
  const name = (side: 'left' | 'right') =>
    Plot.text(places, {
      x: side === 'left' ? 0 : 1,
      y: side,
      text: ({ recipe }: Place) => shorten(recipe, labels - 8),
      textAnchor: side === 'left' ? 'end' : 'start',
      dx: side === 'left' ? -8 : 8,
      fill: (place: Place) => (moves(place) ? 'var(--worse)' : 'currentColor'),
    });
  return draw(
    { id, title, width, height: 34 + rowHeight * recipes.length },
    {
      marginLeft: labels,
      marginRight: labels,
      marginTop: 26,
      marginBottom: 8,
      x: { domain: [0, 1], axis: null },
      y: { domain: [recipes.length + 0.5, 0.5], axis: null },
      marks: [
        Plot.link(places, {
          x1: 0,
          x2: 1,
          y1: 'left',
          y2: 'right',
          stroke: (place: Place) => (moves(place) ? 'var(--worse)' : 'var(--accent)'),
          strokeWidth: 1.5,
          strokeOpacity: 0.75,
        }),
        name('left'),
        name('right'),
        Plot.text(
          [
            { x: 0, text: 'proxy', anchor: 'end', dx: -8 },
            { x: 1, text: target, anchor: 'start', dx: 8 },
          ].map((side) => side),
          { x: 'x', text: 'text', frameAnchor: 'top', dy: -18, fill: 'var(--quiet)' },
        ),
      ],
      color: { type: 'identity' },
    },
  );
}
