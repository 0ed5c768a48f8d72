/**
 * Draws an Observable Plot chart to a string of inline SVG, without a browser.
 *
 * Colours come from CSS: `currentColor` and the custom properties of `styles.ts`, so that one drawing serves light and
 * dark pages. The SVG is well-formed XML with unique ids, a title for screen readers, and short numbers.
 */
import * as Plot from '@observablehq/plot';
import { JSDOM } from 'jsdom';
import { visible } from '../prose.js';

export interface Drawing {
  /** Unique on the page: the prefix of every id in the drawing. */
  id: string;
  /** What the chart shows, in one sentence, for those who do not see it. */
  title: string;
  /** Size in CSS pixels. */
  width: number;
  height: number;
}

const { window } = new JSDOM('');

export function draw({ id, title, width, height }: Drawing, options: Plot.PlotOptions): string {
  const svg = Plot.plot({
    ...options,
    width,
    height,
    document: window.document,
    className: 'plot',
    style: { fontSize: '12px', overflow: 'visible', background: 'none' },
  }) as SVGSVGElement;
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-labelledby', `${id}-title`);
  const label = window.document.createElementNS('http://www.w3.org/2000/svg', 'title');
  label.id = `${id}-title`;
  label.textContent = visible(title);
  svg.prepend(label);
  for (const element of svg.querySelectorAll('*')) shortenNumbers(element);
  return ownIds(new window.XMLSerializer().serializeToString(svg), id);
}

const geometry = ['d', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height', 'transform'];

/** A hundredth of a pixel is finer than any screen; full digits would triple the file. */
function shortenNumbers(element: Element): void {
  for (const name of geometry) {
    const value = element.getAttribute(name);
    if (value?.includes('.'))
      element.setAttribute(
        name,
        value.replace(/-?\d+\.\d{3,}/g, (digits) => String(Number(Number(digits).toFixed(2)))),
      );
  }
}

/** Plot numbers clip paths by process; here they are numbered by drawing, so the same report gives the same bytes. */
function ownIds(svg: string, id: string): string {
  const numbers = new Map<string, number>();
  return svg.replace(/(id="|url\(#)plot-clip-(\d+)/g, (_match, before: string, number: string) => {
    if (!numbers.has(number)) numbers.set(number, numbers.size + 1);
    return `${before}${id}-clip-${numbers.get(number)}`;
  });
}

/** Cut to what fits `pixels` at the charts' font size, ending in an ellipsis. */
export function shorten(text: string, pixels: number): string {
  const shown = visible(text).replace(/\s+/g, ' ');
  const characters = Math.max(2, Math.floor(pixels / 6.6));
  return shown.length <= characters ? shown : `${shown.slice(0, characters - 1)}…`;
}

/** Pixels that the longest of `texts` needs, at most `most`. */
export function room(texts: string[], most: number): number {
  return Math.min(most, 14 + 6.6 * Math.max(0, ...texts.map((text) => text.length)));
}
