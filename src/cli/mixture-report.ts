/** Reports of mixtures as the commands write them. */
import { type NamedPhases, type ReportInputs, reportMixtures } from '../mixture/index.js';
import { writeMixtureReport } from '../report/index.js';
import { assayVersion } from '../version.js';
import { readExportable } from './mixture-files.js';
import { note } from './output.js';

export async function reportFits(folder: string, inputs: ReportInputs): Promise<void> {
  const { html, figures } = await writeMixtureReport(reportMixtures(inputs), folder, assayVersion());
  note(`Report: ${html}, with ${figures.length} figures as SVG beside it`);
}

/** Mixtures and schedules by name, from whatever `assay export` reads. */
export function readNamed(files: ReadonlyMap<string, string>): NamedPhases[] {
  return [...files].map(([name, file]) => ({ name, phases: readExportable(file).phases }));
}
