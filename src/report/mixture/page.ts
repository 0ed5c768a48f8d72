/** Fits and proposals of mixtures as one page. */
import type { MixtureReport } from '../../mixture/index.js';
import { htmlPage } from '../page.js';
import { details, figure, htmlTable, section } from '../parts.js';
import { escapeHtml, toHtml } from '../prose.js';
import { panelGrid } from './chart.js';
import { type MixtureFigure, mixtureFigures } from './figures.js';
import { mixtureStatements, mixtureTitle, namesSentence, proposalWarnings } from './sentences.js';
import { proposedIn } from './view.js';

const pageStyles = `
.panels.small{grid-template-columns:repeat(auto-fill,minmax(13.3rem,1fr));gap:1.4rem 1.5rem}
.panels.medium{grid-template-columns:repeat(auto-fill,minmax(18.2rem,1fr));gap:1.4rem 1.5rem}
.panels h4{color:var(--ink)}
.panels h4 small{display:block;color:var(--quiet);font-weight:400}
figure svg+svg,.panels+.scroll{margin-top:1rem}
`;

export function mixturePage(report: MixtureReport, assayVersion: string): string {
  const proposed = proposedIn(report);
  const title = proposed === undefined ? 'Fit of mixtures' : 'Mixture';
  const body = `<header>
<p class="kicker">Assay mixture</p>
<h1>${toHtml(mixtureTitle(report))}.</h1>
<dl class="decision">
${mixtureStatements(report)
  .map(({ topic, text }) => `<div><dt>${escapeHtml(topic)}</dt><dd>${toHtml(text)}</dd></div>`)
  .join('\n')}
</dl>
${warnings(report)}
<p class="about below">${toHtml(namesSentence(report))}</p>
</header>
${mixtureFigures(report).map(figureSection).join('\n')}
${trustSection(report)}
<footer>Written by Assay ${escapeHtml(assayVersion)}. The same numbers, with all digits, are in report.json.</footer>`;
  return htmlPage({ title, assayVersion, body, extraStyles: pageStyles });
}

function warnings(report: MixtureReport): string {
  const proposed = proposedIn(report);
  if (proposed === undefined) return '';
  const distance = proposed.distances[0]!;
  const above = distance.above.map((domain) => report.domains[domain]!);
  return proposalWarnings(distance, above, proposed.gain!)
    .map((warning) => `<p class="note" role="note">${toHtml(warning)}</p>`)
    .join('\n');
}

function figureSection({ name, heading, about, drawn, tables }: MixtureFigure): string {
  const shown =
    'charts' in drawn
      ? figure(`${name}-chart`, (id, width) =>
          drawn
            .charts(id, width)
            .map(({ svg }) => svg)
            .join('\n'),
        )
      : panelGrid(drawn.panels(`${name}-panel`), drawn.panelWidth > 250 ? 'medium' : 'small');
  const { open, folded } = tables;
  return section(
    name,
    heading,
    about,
    `${shown}${open === undefined ? '' : htmlTable(open)}${folded === undefined ? '' : details(folded.summary, htmlTable(folded.table))}`,
  );
}

function trustSection(report: MixtureReport): string {
  const notes = [
    'All shares are shares of tokens by the tokenizer of the runs; they do not carry over to another tokenizer.',
    ...(report.proposal === undefined
      ? []
      : [
          'A proposal is chosen because the fit is low there, so its true gain tends to be smaller than predicted, and no interval here knows that. Train a run on the proposal before the large one.',
          'A mixture that is best for a small model on few tokens is assumed to be best for the target: judge the fit on runs of another size to see whether the ranking carries over.',
          'How often a token is trained on is a limit here and not a cost.',
        ]),
    'Importance and partial dependence describe the fit. A domain that is always traded for the same other one shares its effect with it.',
  ];
  return section(
    'trust',
    'How far to trust this',
    'What was measured, and what was not.',
    `<ul>${notes.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}</ul>`,
  );
}
