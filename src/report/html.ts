/**
 * `report.html`: one file that needs nothing else. It holds no script, and its content policy forbids every request, so
 * that a report from elsewhere can be opened without trust.
 */
import type { Report } from '../records.js';
import { headline } from './headline.js';
import { warnings } from './notes.js';
import { facts } from './parts.js';
import { escapeHtml, toHtml } from './prose.js';
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
import { styles } from './styles.js';

export function renderHtml(report: Report): string {
  const { title, details } = headline(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="Assay ${escapeHtml(report.assayVersion)}">
<title>${escapeHtml(report.study)}: Assay report</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<main>
<header>
<p class="kicker">Assay report · ${escapeHtml(report.study)}</p>
<h1>${toHtml(title)}.</h1>
<p class="lead">${toHtml(details)}</p>
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
  shareSection,
  dataSection,
  costSection,
  methodSection,
  runSection,
  studySection,
]
  .map((section) => section(report))
  .filter((html) => html !== '')
  .join('\n')}
<footer>Written by Assay ${escapeHtml(report.assayVersion)}. The same numbers, with all digits, are in report.json.</footer>
</main>
</body>
</html>
`;
}
