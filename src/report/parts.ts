/** The building blocks of the page: sections, figures drawn for wide and narrow screens, tables. */
import type { Report } from '../records.js';
import { duration, metric, plural } from './format.js';
import { escapeHtml, type Prose, toHtml } from './prose.js';
import type { Cell, Column, Table } from './tables/table.js';
import { stoppedRecipes } from './view.js';

/** @param body HTML; a section with an empty body is left out */
export function section(id: string, heading: string, about: string | Prose, body: string): string {
  if (body === '') return '';
  const text = toHtml(typeof about === 'string' ? [about] : about);
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(heading)}</h2>\n<p class="about">${text}</p>\n${body}</section>`;
}

/** Widths of a chart on a wide page and on a phone, in CSS pixels. */
const [wide, narrow] = [928, 343];

/** The chart drawn twice; the style sheet shows the one that fits, so that its text keeps its size. */
export function figure(id: string, chart: (id: string, width: number) => string): string {
  return `<figure><div class="wide">${chart(id, wide)}</div><div class="narrow">${chart(`${id}-narrow`, narrow)}</div></figure>\n`;
}

export function details(summary: string, body: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>${body}</details>\n`;
}

/** A table that scrolls sideways on its own when the screen is narrower; its first column heads the rows. */
export function htmlTable({ caption, columns, rows }: Table, className = ''): string {
  const head = columns
    .map((column) => `<th scope="col"${side(column)}>${toHtml(column.title)}</th>`)
    .join('');
  const body = rows.map(
    (row) => `<tr>${row.map((cell, c) => tableCell(cell, c === 0, side(columns[c]!))).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(caption)}"><table${className && ` class="${className}"`}><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>\n`;
}

function tableCell({ text, detail, heat, strong }: Cell, isHead: boolean, attributes: string): string {
  const shown = strong ? `<strong>${toHtml(text)}</strong>` : toHtml(text);
  const small = detail === undefined ? '' : `<small>${escapeHtml(detail)}</small>`;
  if (isHead) return `<th scope="row"${attributes}>${shown}${small}</th>`;
  return `<td${attributes}${heat === undefined ? '' : tint(heat)}>${shown}${small}</td>`;
}

function side({ align, whole }: Column): string {
  if (align === 'right') return ' class="r"';
  return whole ? ' class="whole"' : '';
}

/** Blue below the reference, orange above; at most half strength, so that text stays readable on it. */
function tint(heat: number): string {
  return ` style="--tone:var(--${heat < 0 ? 'better' : 'worse'});--strength:${(0.5 * Math.abs(heat)).toFixed(3)}"`;
}

/** The size of the study at a glance. */
export function facts(report: Report): string {
  const { ranking, proxy, cost } = report;
  const entries = [
    ['recipes', String(ranking.recipes.length + stoppedRecipes(report).length)],
    ['for each recipe', plural(ranking.seeds, 'seed')],
    ['parameters', metric(proxy.parameters)],
    ['tokens a run', metric(proxy.tokensPerRun)],
    ['validation domains', String(Object.keys(ranking.weights).length)],
    ['processor time', duration(cost.cpuSeconds)],
  ];
  return `<dl class="facts">${entries.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`;
}
