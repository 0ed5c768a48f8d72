/** The parts of the page in the order in which a reader asks: who wins, where, against whom, on what data, at what cost. */
import type { Report } from '../records.js';
import { pairChart } from './charts/pairs.js';
import { rankingChart } from './charts/ranking.js';
import { shareChart, sourceColour, sourceNames } from './charts/shares.js';
import { domainTrajectory, objectiveTrajectory } from './charts/trajectories.js';
import { method } from './notes.js';
import { details, figure, htmlTable, section } from './parts.js';
import { escapeHtml, toHtml, user } from './prose.js';
import { selectionRows, shareRows, sourceRows, validationRows } from './tables/data.js';
import { domainRows } from './tables/domains.js';
import { pairRows } from './tables/pairs.js';
import { rankingLegend, rankingRows } from './tables/ranking.js';
import { costRows, runRows } from './tables/runs.js';
import { stoppedRows } from './tables/stopped.js';
import { confidence } from './view.js';

const compares = (report: Report) => report.ranking.recipes.length > 1;

export function rankingSection(report: Report): string {
  if (report.ranking.recipes.length === 0) return '';
  const chart = compares(report)
    ? figure('ranking-chart', (id, width) => rankingChart(report, id, width))
    : '';
  return section(
    'ranking',
    'Ranking',
    `Each dot is a recipe's validation loss against the mean of all recipes, with its ${confidence(report)} interval. A hollow dot is too close to call with the best.`,
    `${chart}${htmlTable(rankingRows(report))}<p class="about below">${escapeHtml(rankingLegend(report))}</p>${stopped(report)}`,
  );
}

function stopped(report: Report): string {
  const table = stoppedRows(report);
  return table.rows.length === 0 ? '' : `<h3>Stopped early</h3>${htmlTable(table)}`;
}

export function domainSection(report: Report): string {
  if (!compares(report)) return '';
  return section(
    'domains',
    'By domain',
    'Difference to the mean of all recipes on each validation domain, nats per token, with its interval. Blue is better, orange is worse; the best of a domain is bold.',
    htmlTable(domainRows(report), 'heat'),
  );
}

export function pairSection(report: Report): string {
  if (!compares(report)) return '';
  return section(
    'pairs',
    'Who beats whom',
    'Rows against columns, numbered by rank: blue where the row has the lower loss, orange where it has the higher, empty where the pair is a tie. Numbers are loss of the row minus loss of the column, nats per token.',
    figure('pair-chart', (id, width) => pairChart(report, id, width)) +
      details('Every pair with its interval', htmlTable(pairRows(report))),
  );
}

export function trajectorySection(report: Report): string {
  const panels = report.validation
    .map(({ domain }, i) => ({ domain, chart: domainTrajectory(report, domain, `trajectory-${i}`, 452) }))
    .filter(({ chart }) => chart !== '')
    .map(({ domain, chart }) => `<div><h3>${toHtml([user(domain)])}</h3>${chart}</div>`);
  if (panels.length === 0) return '';
  const objective = compares(report)
    ? `<h3>Objective, as a difference to the mean of all recipes at the same step</h3>${figure('objective-chart', (id, width) => objectiveTrajectory(report, id, width))}`
    : '';
  return section(
    'trajectories',
    'Over training',
    'Validation loss in nats per token against training tokens: the mean over seeds, single seeds faint behind it. Losses fall from a common height at the start; the axis shows the range after the first fifth of training. On each domain, the best recipe overall and that domain’s own best and worst are named.',
    `${objective}<div class="panels">${panels.join('\n')}</div>`,
  );
}

export function shareSection(report: Report): string {
  if (report.shares.length === 0) return '';
  const legend = sourceNames(report).map(
    (source) =>
      `<li><i style="background:${sourceColour(report, source)}"></i>${toHtml([user(source)])}</li>`,
  );
  return section(
    'shares',
    'What the recipes are made of',
    'Share of training tokens by source. Thick: realised, in whole windows. Thin, below it: asked for.',
    `<ul class="legend">${legend.join('')}</ul>${figure('share-chart', (id, width) => shareChart(report, id, width))}${details('Every share', htmlTable(shareRows(report)))}`,
  );
}

export function dataSection(report: Report): string {
  return section(
    'data',
    'The data',
    'What was read, what was left out and why, and what the recipes were validated on.',
    `<h3>Training sources</h3>${htmlTable(sourceRows(report))}${conditions(report)}<h3>Validation domains</h3>${htmlTable(validationRows(report))}`,
  );
}

function conditions(report: Report): string {
  const table = selectionRows(report);
  if (table.rows.length === 0) return '';
  return `<h3>What the recipes choose by conditions</h3>${htmlTable(table)}`;
}

export function costSection(report: Report): string {
  return section(
    'cost',
    'Cost',
    'Model arithmetic counts 6 operations per token and weight of a matrix product, and attention; recomputation counts for nothing.',
    htmlTable(costRows(report), 'compact'),
  );
}

export function methodSection(report: Report): string {
  const notes = method(report).map((note) => `<li>${toHtml(note)}</li>`);
  return section(
    'method',
    'How far to trust this',
    'What was measured, and what was not.',
    `<ul>${notes.join('\n')}</ul>`,
  );
}

export function runSection(report: Report): string {
  return section(
    'runs',
    'Runs',
    'One training run for each recipe and seed, with the folder that holds it.',
    htmlTable(runRows(report)),
  );
}

export function studySection(report: Report): string {
  return section(
    'study',
    'The study',
    'The exact text of the study file.',
    `<pre tabindex="0">\n${escapeHtml(report.studyText)}</pre>`,
  );
}
