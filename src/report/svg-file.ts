/** A chart as an SVG file of its own, with a frame, a title and lines about it: it needs nothing but a renderer. */
import { escapeHtml, visible } from './prose.js';
import { lightColours } from './styles.js';

const padding = 24;
const titleBaseline = 32;
const lineHeight = 20;

export interface SvgFile {
  title: string;
  /** A line below the title, or several. */
  about: string | readonly string[];
  /** Of the file. */
  width: number;
  /** One above the other. */
  charts: { svg: string; height: number }[];
}

/** Of a chart in a file of that width. */
export const chartWidth = (width: number): number => width - 2 * padding;

export function svgFile({ title, about, width, charts }: SvgFile): string {
  const lines = [about].flat();
  const header = titleBaseline + lineHeight * lines.length + 12;
  const height = header + padding + charts.reduce((sum, chart) => sum + chart.height, 0);
  let top = header;
  const placed = charts.map(({ svg, height }) => {
    const group = `<g transform="translate(${padding},${top})">${svg}</g>`;
    top += height;
    return group;
  });
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" color="var(--ink)" fill="currentColor" font-family="system-ui, sans-serif">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="var(--paper)" stroke="var(--line)"/>`,
    `<text x="${padding}" y="${titleBaseline}" font-size="18">${escapeHtml(visible(title))}</text>`,
    ...lines.map(
      (line, i) =>
        `<text x="${padding}" y="${titleBaseline + 1 + lineHeight * (i + 1)}" font-size="13" fill="var(--quiet)">${escapeHtml(visible(line))}</text>`,
    ),
    ...placed,
    '</svg>\n',
  ].join('\n');
  return svg.replace(/var\(--(\w+)\)/g, (_match, name: string) => lightColours[name] ?? 'currentColor');
}
