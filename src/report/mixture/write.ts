/**
 * Writes a report of mixtures: `report.html`, `report.json` (every digit), and each figure as an SVG file of its own. All
 * are whole or absent.
 */
import { join } from 'node:path';
import type { MixtureReport } from '../../mixture/index.js';
import { makeFolder, writeFileDurably, writeJson } from '../../store/index.js';
import { chartWidth, svgFile } from '../svg-file.js';
import { panelRows } from './chart.js';
import { type MixtureFigure, mixtureFigures } from './figures.js';
import { mixturePage } from './page.js';

export interface MixtureReportFiles {
  json: string;
  html: string;
  /** `weights.svg`, `predicted.svg` and so on: what there are data for. */
  figures: string[];
}

const width = 976;

/**
 * @param folder made if it is missing
 * @throws AssayError when the folder cannot be made
 */
export async function writeMixtureReport(
  report: MixtureReport,
  folder: string,
  assayVersion: string,
): Promise<MixtureReportFiles> {
  makeFolder(folder);
  const at = (name: string) => join(folder, name);
  await writeJson(at('report.json'), { assayVersion, ...report });
  await writeFileDurably(at('report.html'), mixturePage(report, assayVersion));
  const figures: string[] = [];
  for (const figure of mixtureFigures(report)) {
    const file = at(`${figure.name}.svg`);
    await writeFileDurably(file, figureFile(figure));
    figures.push(file);
  }
  return { json: at('report.json'), html: at('report.html'), figures };
}

/** @returns an SVG file's text; needs nothing but a renderer */
export function figureFile({ name, heading, caption, drawn }: MixtureFigure): string {
  const inner = chartWidth(width);
  const charts =
    'charts' in drawn ? drawn.charts(name, inner) : panelRows(drawn.panels(name), drawn.panelWidth, inner);
  return svgFile({ title: heading, about: caption, width, charts });
}
