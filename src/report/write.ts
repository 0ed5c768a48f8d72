/**
 * Writes a report as `report.json` (every digit), `report.md` and `report.html`, each whole or absent; beside them
 * `transfer.svg` when the study measures how its ranking carries over.
 */
import { join } from 'node:path';
import type { Report } from '../records.js';
import { makeFolder, writeFileDurably, writeJson } from '../store/index.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import { transferFigure } from './transfer/figure-file.js';

export interface ReportFiles {
  json: string;
  markdown: string;
  html: string;
  transfer?: string;
}

/**
 * @param folder made if it is missing
 * @returns the paths of the files
 * @throws AssayError when the folder cannot be made
 */
export async function writeReport(report: Report, folder: string): Promise<ReportFiles> {
  makeFolder(folder);
  const files: ReportFiles = {
    json: join(folder, 'report.json'),
    markdown: join(folder, 'report.md'),
    html: join(folder, 'report.html'),
  };
  await writeJson(files.json, report);
  await writeFileDurably(files.markdown, renderMarkdown(report));
  await writeFileDurably(files.html, renderHtml(report));
  const figure = transferFigure(report);
  if (figure === undefined) return files;
  const transfer = join(folder, 'transfer.svg');
  await writeFileDurably(transfer, figure);
  return { ...files, transfer };
}
