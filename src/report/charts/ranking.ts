/** The ranking as dots with intervals: each recipe's difference to the mean of all recipes, best on top. */
import * as Plot from '@observablehq/plot';
import type { RankedRecipe, Report } from '../../records.js';
import { decisionTitle } from '../decision/title.js';
import { signed } from '../format.js';
import { escapeHtml, toPlain } from '../prose.js';
import { lightColours } from '../styles.js';
import { confidence, names } from '../view.js';
import { draw, room, shorten } from './draw.js';

const rowHeight = 28;
const axisHeight = 58;

/** Filled accent: the best. Hollow: too close to call with it. Filled grey: beaten by it. */
export function rankingChart(report: Report, id: string, width: number): string {
  const { recipes } = report.ranking;
  const labels = room(names(report), width / 3.4);
  const verdict = ({ tiedWithBest, recipe }: RankedRecipe) =>
    recipe === recipes[0]?.recipe ? 'best' : tiedWithBest ? 'tie' : '';
  const colour = (ranked: RankedRecipe) => (verdict(ranked) === 'best' ? 'var(--accent)' : 'currentColor');
  const y = (ranked: RankedRecipe) => ranked.recipe;
  const height = axisHeight + rowHeight * recipes.length;
  const title = `Difference of each recipe's validation loss to the mean of all recipes, with ${confidence(report)} intervals. ${toPlain(decisionTitle(report))}.`;
  return draw(
    { id, title, width, height },
    {
      marginLeft: labels,
      marginRight: 96,
      marginTop: 22,
      marginBottom: 36,
      x: {
        label: null,
        nice: true,
        ticks: width / 110,
        tickFormat: (d: number) => signed(d, tickDigits(recipes)),
      },
      y: {
        type: 'band',
        domain: names(report),
        label: null,
        tickSize: 0,
        tickFormat: (name: string) => shorten(name, labels),
      },
      marks: [
        Plot.gridX({ ticks: width / 110, stroke: 'var(--line)', strokeOpacity: 1 }),
        Plot.ruleX([0], { stroke: 'var(--quiet)', strokeDasharray: '3,3' }),
        Plot.text(['mean of all recipes'], { x: [0], frameAnchor: 'top', dy: -18, fill: 'var(--quiet)' }),
        Plot.text(['nats per token; left is better'], {
          frameAnchor: 'bottom-right',
          dy: 36,
          fill: 'var(--quiet)',
        }),
        Plot.link(recipes, {
          y1: y,
          y2: y,
          x1: (ranked) => ranked.effectInterval.low,
          x2: (ranked) => ranked.effectInterval.high,
          stroke: colour,
          strokeWidth: 2,
          strokeOpacity: 0.55,
        }),
        Plot.dot(recipes, {
          y,
          x: 'effectNats',
          r: 4.5,
          stroke: colour,
          strokeWidth: 1.75,
          fill: (ranked: RankedRecipe) => (verdict(ranked) === 'tie' ? 'var(--paper)' : colour(ranked)),
        }),
        Plot.text(recipes, {
          y,
          text: (ranked) => signed(ranked.effectNats),
          frameAnchor: 'right',
          textAnchor: 'end',
          dx: 64,
          fontVariant: 'tabular-nums',
        }),
        Plot.text(recipes, {
          y,
          text: verdict,
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 70,
          fill: colour,
        }),
      ],
    },
  );
}

/** Just enough decimals for round ticks of this range. */
function tickDigits(recipes: RankedRecipe[]): number {
  const ends = recipes.flatMap(({ effectInterval }) => [effectInterval.low, effectInterval.high]);
  const range = Math.max(...ends, 1e-6) - Math.min(...ends, 0);
  return Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(range / 2))));
}

/**
 * The same chart as a picture of its own, for a README: a light card with the decision, all colours spelled out.
 * @returns an SVG file's text; needs nothing but a renderer
 */
export function renderRankingSvg(report: Report): string {
  const [width, padding] = [760, 28];
  const lines = wrap(`${toPlain(decisionTitle(report))}.`, 74);
  const top = padding + 26 * lines.length + 30;
  const drawn = report.ranking.recipes.length > 0;
  const height = top + padding + (drawn ? axisHeight + rowHeight * report.ranking.recipes.length : 0);
  const chart = drawn ? rankingChart(report, 'ranking', width - 2 * padding) : '';
  const text = lines.map(
    (line, i) =>
      `<text x="${padding}" y="${padding + 18 + 26 * i}" font-size="19">${escapeHtml(line)}</text>`,
  );
  const { seeds } = report.ranking;
  const about = `${report.study}: validation loss against the mean of all recipes, ${confidence(report)} intervals over ${seeds === 1 ? 'one seed' : `${seeds} seeds`}`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" color="var(--ink)" fill="currentColor" font-family="system-ui, sans-serif">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="var(--paper)" stroke="var(--line)"/>`,
    ...text,
    `<text x="${padding}" y="${top - 12}" font-size="13" fill="var(--quiet)">${escapeHtml(shorten(about, 700))}</text>`,
    `<g transform="translate(${padding},${top})">${chart}</g>`,
    '</svg>\n',
  ].join('\n');
  return svg.replace(/var\(--(\w+)\)/g, (_match, name: string) => lightColours[name] ?? 'currentColor');
}

function wrap(text: string, columns: number): string[] {
  return (
    text.match(new RegExp(`.{1,${columns}}(\\s|$)|.{${columns}}`, 'g'))?.map((line) => line.trim()) ?? []
  );
}
