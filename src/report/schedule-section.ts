/** Recipes whose shares change over training: a stacked chart for each, and the numbers. */
import type { Report } from '../records.js';
import { scheduleChart } from './charts/schedule.js';
import { sourceColour, sourceNames } from './charts/shares.js';
import { details, figure, htmlTable, section } from './parts.js';
import { toHtml, user } from './prose.js';
import { scheduleRows } from './tables/schedule.js';

export function scheduleSection(report: Report): string {
  const { schedules = [] } = report;
  if (schedules.length === 0) return '';
  const order = sourceNames(report);
  const charts = schedules.map(({ recipe, stages }, i) => {
    const title = `Share of training tokens by source over the training, for recipe ${recipe}.`;
    const colour = (source: string) => sourceColour(report, source);
    const chart = figure(`schedule-${i}`, (id, width) =>
      scheduleChart(stages, { id, title, width, order, colour }),
    );
    return `<h3>${toHtml([user(recipe)])}</h3>${chart}`;
  });
  return section(
    'schedules',
    'Schedules',
    'Recipes in stages: realised share of the tokens of each stage by source, in the colours above. A source goes on in each stage where the one before left it.',
    `${charts.join('')}${details('Every share', htmlTable(scheduleRows(report)))}`,
  );
}
