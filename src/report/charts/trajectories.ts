/** Lines over training: few stand out and are named at their end, the others stay grey behind them. */
import * as Plot from '@observablehq/plot';
import type { Report } from '../../records.js';
import { metric } from '../format.js';
import { best, names } from '../view.js';
import { draw, room, shorten } from './draw.js';
import { differencesToMean, type Series, seriesOf, spread, visibleRange } from './series.js';

/** Width in pixels of the strokes from the end of a line to its name. */
const connector = 14;

interface Panel {
  id: string;
  title: string;
  width: number;
  height: number;
  /** Recipes named at the end of their line. */
  named: string[];
  winner: string | undefined;
  zero?: boolean;
}

/** Loss on one domain; the best recipe overall and the domain's own best and worst are named. Empty without data. */
export function domainTrajectory(report: Report, domain: string, id: string, width: number): string {
  const series = seriesOf(report, ({ domains }) => domains[domain]);
  if (series.length === 0) return '';
  const ranked = report.ranking.domains[domain]?.recipes ?? [];
  const winner = best(report)?.recipe;
  const named = [winner, ranked[0]?.recipe, ranked.at(-1)?.recipe].filter((name) => name !== undefined);
  const title = `Validation loss on ${domain} over training, nats per token; one line a recipe.`;
  return lines(report, series, { id, title, width, height: 210, named: [...new Set(named)], winner });
}

/** The objective as a difference to the mean of all recipes at the same step: shows when the order settled. */
export function objectiveTrajectory(report: Report, id: string, width: number): string {
  const series = differencesToMean(seriesOf(report, ({ lossNats }) => lossNats));
  if (series.length < 2) return '';
  const title =
    'Weighted validation loss over training as a difference to the mean of all recipes at the same step, nats per token.';
  const height = Math.max(240, 50 + 15 * series.length);
  return lines(report, series, {
    id,
    title,
    width,
    height,
    named: names(report),
    winner: best(report)?.recipe,
    zero: true,
  });
}

function lines(
  report: Report,
  series: Series[],
  { id, title, width, height, named, winner, zero }: Panel,
): string {
  const [low, high] = visibleRange(series);
  const [top, bottom, left] = [10, 30, 48];
  const labels = room(names(report), Math.min(150, width / 3.2)) + connector;
  const ends = series
    .filter(({ recipe, mean }) => named.includes(recipe) && mean.length > 0)
    .map(({ recipe, mean }) => ({ recipe, ...mean.at(-1)! }));
  const inner = height - top - bottom;
  const pixel = (value: number) => (inner * (high - value)) / (high - low);
  const placed = spread(
    ends.map(({ value }) => pixel(value)),
    14,
    inner,
  );
  const tags = ends.map((end, i) => ({ ...end, at: high - (placed[i]! / inner) * (high - low) }));
  const beyond = (last: number) => last * (1 + connector / (width - left - labels));
  const colour = (recipe: string) => (recipe === winner ? 'var(--accent)' : 'currentColor');
  const last = Math.max(...ends.map(({ tokens }) => tokens));
  const faint = series.flatMap((line) =>
    line.seeds.length < 2 ? [] : line.seeds.map((points) => ({ recipe: line.recipe, points })),
  );
  // The winner is drawn last, over the others.
  const order = [...series].sort((a, b) => Number(a.recipe === winner) - Number(b.recipe === winner));
  return draw(
    { id, title, width, height },
    {
      marginLeft: left,
      marginRight: labels,
      marginTop: top,
      marginBottom: bottom,
      x: {
        domain: [0, last],
        label: null,
        ticks: (width - left - labels) / 90,
        tickFormat: (d: number) => metric(d).trim(),
      },
      y: { domain: [low, high], label: null, ticks: 5 },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
        zero ? Plot.ruleY([0], { stroke: 'var(--quiet)', strokeDasharray: '3,3' }) : null,
        faint.map(({ recipe, points }) =>
          Plot.line(points, {
            x: 'tokens',
            y: 'value',
            stroke: colour(recipe),
            strokeOpacity: named.includes(recipe) ? 0.22 : 0.1,
            strokeWidth: 0.75,
            clip: true,
          }),
        ),
        order.map(({ recipe, mean }) =>
          Plot.line(mean, {
            x: 'tokens',
            y: 'value',
            stroke: colour(recipe),
            strokeOpacity: recipe === winner ? 1 : named.includes(recipe) ? 0.65 : 0.25,
            strokeWidth: recipe === winner ? 2.25 : 1.25,
            clip: true,
          }),
        ),
        Plot.link(tags, {
          x1: last,
          x2: beyond(last),
          y1: 'value',
          y2: 'at',
          stroke: ({ recipe }: { recipe: string }) => colour(recipe),
          strokeOpacity: 0.4,
        }),
        Plot.text(tags, {
          x: 'tokens',
          y: 'at',
          text: ({ recipe }: { recipe: string }) => shorten(recipe, labels - connector),
          textAnchor: 'start',
          dx: connector + 4,
          fill: ({ recipe }: { recipe: string }) => colour(recipe),
        }),
      ],
    },
  );
}
