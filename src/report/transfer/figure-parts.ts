/** What the figures of an analysis are put together from. */
import { figure } from '../parts.js';
import { escapeHtml, toHtml, user } from '../prose.js';
import { correlationDomain, type EstimateLine, estimateChart } from './estimate-chart.js';
import type { RateMarks } from './rate-axis.js';
import type { RateLine } from './rate-lines.js';

export interface EstimateFigure {
  id: string;
  title: string;
  marks: RateMarks;
  /** Also for a single line. */
  legend?: boolean;
  /** `correlation` ends at 1; `free` is as the values are. Default `correlation`. */
  range?: 'correlation' | 'free';
}

/** Estimates against the rate with a legend, drawn for wide and narrow screens. */
export function estimates(
  lines: readonly EstimateLine[],
  { id, title, marks, legend: named = false, range = 'correlation' }: EstimateFigure,
): string {
  const domain = range === 'free' ? {} : { domain: correlationDomain(lines) };
  return drawnFigure(
    id,
    (chart, width) => estimateChart(lines, { id: chart, title, width, ...domain, ...marks }),
    named || lines.length > 1 ? legend(lines) : '',
  );
}

export function legend(entries: readonly { label: string; colour: string }[]): string {
  const items = entries.map(
    ({ label, colour }) => `<li><i style="background:${colour}"></i>${toHtml([user(label)])}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** Nothing where there is nothing to draw. */
export function drawnFigure(id: string, chart: (id: string, width: number) => string, before = ''): string {
  return chart(id, 900) === '' ? '' : before + figure(id, chart);
}

/** A heading over what there is; nothing over nothing. */
export function titled(heading: string, body: string): string {
  return body === '' ? '' : `<h3>${escapeHtml(heading)}</h3>${body}`;
}

/** Figures of one line say which, where there are more. */
export const ofLine = (lines: readonly RateLine[], { label }: RateLine): string =>
  lines.length > 1 ? ` (${label})` : '';
