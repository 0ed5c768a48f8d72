/** `report.html`: the parts of the page in the order in which a reader asks. */
import type { Report } from '../records.js';
import { decisionFacts } from './decision/facts.js';
import { statements } from './decision/statements.js';
import { decisionTitle } from './decision/title.js';
import { warnings } from './notes.js';
import { htmlPage } from './page.js';
import { facts } from './parts.js';
import { escapeHtml, toHtml } from './prose.js';
import { scheduleSection } from './schedule-section.js';
import {
  costSection,
  dataSection,
  domainSection,
  methodSection,
  pairSection,
  rankingSection,
  runSection,
  shareSection,
  studySection,
  trajectorySection,
} from './sections.js';
import { transferSections } from './transfer/sections.js';

export function renderHtml(report: Report): string {
  const body = `<header>
<p class="kicker">Assay report · ${escapeHtml(report.study)}</p>
<h1>${toHtml(decisionTitle(report))}.</h1>
<dl class="decision">
${statements(report, decisionFacts(report))
  .map(({ topic, text }) => `<div><dt>${escapeHtml(topic)}</dt><dd>${toHtml(text)}</dd></div>`)
  .join('\n')}
</dl>
${warnings(report)
  .map((warning) => `<p class="note" role="note">${toHtml(warning)}</p>`)
  .join('\n')}
${facts(report)}
</header>
${[
  rankingSection,
  domainSection,
  pairSection,
  trajectorySection,
  ({ transfer = [], rateBand, proxy }: Report) => transferSections(transfer, rateBand ?? proxy.choice),
  shareSection,
  scheduleSection,
  dataSection,
  costSection,
  methodSection,
  runSection,
  studySection,
]
  .map((section) => section(report))
  .filter((html) => html !== '')
  .join('\n')}
<footer>Written by Assay ${escapeHtml(report.assayVersion)}. The same numbers, with all digits, are in report.json.</footer>`;
  return htmlPage({ title: `${report.study}: Assay report`, assayVersion: report.assayVersion, body });
}
