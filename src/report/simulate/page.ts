/** The simulation as a page and as a picture of its own. */
import type { RandomFeatures } from '../../simulate/index.js';
import { count } from '../format.js';
import { htmlPage } from '../page.js';
import { details, figure, htmlTable } from '../parts.js';
import { escapeHtml } from '../prose.js';
import { lightColours } from '../styles.js';
import { cell, left, right, type Table } from '../tables/table.js';
import { agreementMap } from './map.js';
import { about, finding, proofSentence, regionSentence, sides, three } from './sentences.js';

const stepsHeading = 'By learning rate and steps, at the largest width';
const widthHeading = 'By learning rate and width, after the most steps';
const legend =
  'Percent of pairs with the right sign; blue from 95 %, ∞ where training diverges. Outlined: the region, computed beforehand.';

export function simulationPage(result: RandomFeatures, assayVersion: string): string {
  const body = `<header>
<p class="kicker">Assay simulation · random features</p>
<h1>${escapeHtml(finding(result))}.</h1>
<p class="lead">${escapeHtml(sides(result))}</p>
<p>${escapeHtml(regionSentence(result))}</p>
<p>${escapeHtml(proofSentence(result))}</p>
</header>
${section('steps', stepsHeading, result)}
${section('width', widthHeading, result)}
${details('Every pair and its region', htmlTable(pairTable(result)))}
<footer>${escapeHtml(about(result))}. Written by Assay ${escapeHtml(assayVersion)}.</footer>`;
  return htmlPage({ title: 'Random features', assayVersion, body });
}

function section(rows: 'steps' | 'width', heading: string, result: RandomFeatures): string {
  const chart = figure(`by-${rows}`, (id, width) => agreementMap(result, rows, id, width));
  return `<section aria-labelledby="${rows}"><h2 id="${rows}">${escapeHtml(heading)}</h2>
<p class="about">${escapeHtml(legend)}</p>
${chart}</section>`;
}

function pairTable({ pairs }: RandomFeatures): Table {
  return {
    caption: 'Pairs',
    columns: [left('Task and datasets'), ...['Δ', 'c0', 'η_max', 'm0', 'T0'].map((title) => right(title))],
    rows: pairs.map(({ task, datasets: [a, b], gap, region }) => [
      cell(`${task}: ${a}, ${b}`),
      cell(gap.toFixed(4).replace('-', '−')),
      cell(three(region.c0)),
      cell(three(region.largestRate)),
      cell(count(region.leastWidth)),
      cell(count(Math.ceil(region.leastSteps))),
    ]),
  };
}

/** Both maps on a light card, all colours spelled out: needs nothing but a renderer. */
export function simulationSvg(result: RandomFeatures): string {
  const [width, padding] = [880, 28];
  const inner = width - 2 * padding;
  const bySteps = agreementMap(result, 'steps', 'by-steps', inner);
  const byWidth = agreementMap(result, 'width', 'by-width', inner);
  const [first, second] = [bySteps, byWidth].map((svg) => Number(/ height="(\d+)"/.exec(svg)![1]));
  const start = 112;
  const next = start + first! + 44;
  const line = (y: number, size: number, text: string, colour = 'var(--ink)') =>
    `<text x="${padding}" y="${y}" font-size="${size}" fill="${colour}">${escapeHtml(text)}</text>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${next + second! + padding}" color="var(--ink)" fill="currentColor" font-family="system-ui, sans-serif">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${next + second! + padding - 1}" rx="8" fill="var(--paper)" stroke="var(--line)"/>`,
    line(46, 19, `${finding(result)}.`),
    line(70, 12, legend, 'var(--quiet)'),
    line(start - 12, 14, stepsHeading),
    `<g transform="translate(${padding},${start})">${bySteps}</g>`,
    line(next - 12, 14, widthHeading),
    `<g transform="translate(${padding},${next})">${byWidth}</g>`,
    '</svg>\n',
  ].join('\n');
  return svg.replace(/var\(--(\w+)\)/g, (_match, name: string) => lightColours[name] ?? 'currentColor');
}
