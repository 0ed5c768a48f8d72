/** What each recipe is made of: a thick bar for the realised shares of tokens, a thin one for those asked for. */
import * as Plot from '@observablehq/plot';
import type { Report } from '../../records.js';
import { percent } from '../format.js';
import { sourceColours } from '../styles.js';
import { draw, room, shorten } from './draw.js';

type Share = Report['shares'][number];

/** Sources in the order of the study. */
export function sourceNames(report: Report): string[] {
  return [...new Set([...report.sources, ...report.shares].map(({ source }) => source))];
}

/** Colours repeat after the palette ends; the table below the chart does not depend on them. */
export function sourceColour(report: Report, source: string): string {
  return `var(--source${sourceNames(report).indexOf(source) % sourceColours.length})`;
}

export function shareChart(report: Report, id: string, width: number): string {
  const recipes = [...new Set(report.shares.map(({ recipe }) => recipe))];
  const labels = room(recipes, width / 3.4);
  const wideEnough = (share: number) => share * (width - labels) > 38;
  const stack = (value: (share: Share) => number) => stacked(report, recipes, value);
  const rowHeight = 34;
  const common = { y: 'recipe', x1: 'x1', x2: 'x2', fill: (d: Share) => sourceColour(report, d.source) };
  return draw(
    {
      id,
      title: 'Share of training tokens by source for each recipe: realised (thick) and asked for (thin).',
      width,
      height: 30 + rowHeight * recipes.length,
    },
    {
      marginLeft: labels,
      marginRight: 24,
      marginTop: 4,
      marginBottom: 26,
      x: { domain: [0, 1], label: null, ticks: 4, tickFormat: (d: number) => percent(d, 0) },
      y: {
        type: 'band',
        domain: recipes,
        label: null,
        tickSize: 0,
        padding: 0.14,
        tickFormat: (name: string) => shorten(name, labels),
      },
      marks: [
        Plot.barX(
          stack(({ realisedShare }) => realisedShare),
          { ...common, fillOpacity: 0.5, insetBottom: 7, insetRight: 1 },
        ),
        Plot.barX(
          stack(({ share }) => share),
          { ...common, fillOpacity: 0.9, insetTop: 25, insetRight: 1 },
        ),
        Plot.text(
          stack(({ realisedShare }) => realisedShare).filter((d) => wideEnough(d.realisedShare)),
          {
            y: 'recipe',
            x: (d) => (d.x1 + d.x2) / 2,
            dy: -3,
            text: (d: Share) => percent(d.realisedShare, 0),
            fontVariant: 'tabular-nums',
          },
        ),
      ],
    },
  );
}

/** Each share with the ends of its segment, in the order of the sources. */
function stacked(report: Report, recipes: string[], value: (share: Share) => number) {
  const order = sourceNames(report);
  return recipes.flatMap((recipe) => {
    let x2 = 0;
    return report.shares
      .filter((share) => share.recipe === recipe)
      .sort((a, b) => order.indexOf(a.source) - order.indexOf(b.source))
      .map((share) => {
        const x1 = x2;
        x2 += value(share);
        return { ...share, x1, x2 };
      });
  });
}
