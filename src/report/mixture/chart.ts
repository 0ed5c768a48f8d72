/** What the charts of mixtures have in common: their size is known, so that a page and a file can place them. */
import { escapeHtml, visible } from '../prose.js';

export interface Chart {
  svg: string;
  height: number;
}

/** A small chart with a heading, one of several. */
export interface Panel {
  heading: string;
  /** A quieter second line. */
  about?: string;
  chart: Chart;
}

/** Draws what it is given at this width, with this prefix of its ids. */
export type ChartOf = (id: string, width: number) => Chart[];

/** Between panels, in pixels. */
const gap = 24;
const headingHeight = 22;
const aboutHeight = 18;

/** Panels side by side in rows, for a file. */
export function panelRows(panels: readonly Panel[], panelWidth: number, width: number): Chart[] {
  const each = Math.max(1, Math.floor((width + gap) / (panelWidth + gap)));
  const top = headingHeight + (panels.some(({ about }) => about !== undefined) ? aboutHeight : 0);
  return Array.from({ length: Math.ceil(panels.length / each) }, (_, row) => {
    const its = panels.slice(row * each, (row + 1) * each);
    const placed = its.map(({ heading, about, chart }, i) => {
      const second =
        about === undefined
          ? ''
          : `<text y="34" font-size="12" fill="var(--quiet)">${escapeHtml(visible(about))}</text>`;
      return (
        `<g transform="translate(${i * (panelWidth + gap)},0)"><text y="16" font-size="14">${escapeHtml(visible(heading))}</text>${second}` +
        `<g transform="translate(0,${top})">${chart.svg}</g></g>`
      );
    });
    return { svg: placed.join(''), height: top + Math.max(...its.map(({ chart }) => chart.height)) + gap };
  });
}

/** The same on a page, as many in a row as fit. */
export function panelGrid(panels: readonly Panel[], size: 'small' | 'medium'): string {
  const each = panels.map(
    ({ heading, about, chart }) =>
      `<div><h4>${escapeHtml(heading)}${about === undefined ? '' : `<small>${escapeHtml(about)}</small>`}</h4>${chart.svg}</div>`,
  );
  return `<div class="panels ${size}">${each.join('\n')}</div>`;
}

/** Breaks a line where a value is missing: many short strokes in one path, where a path each would make a large file. */
export const strokes = (segments: readonly (readonly [number, number])[][]): [number, number][] =>
  segments.flatMap((points) => [
    ...points.map(([x, y]): [number, number] => [x, y]),
    [Number.NaN, Number.NaN],
  ]);
