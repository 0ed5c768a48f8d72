/** What the recipes were made of: the sources, the shares asked for and realised, the validation domains. */
import type { Report } from '../../records.js';
import { count, metric, percent } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import { cell, left, right, type Table } from './table.js';

export function sourceRows(report: Report): Table {
  return {
    caption: 'Training sources',
    columns: [
      left('Source'),
      right('Documents'),
      right('Tokens'),
      right('Text'),
      right('Malformed rows'),
      right('Filtered rows'),
      left('Dropped documents'),
    ],
    rows: report.sources.map(({ source, documents, tokens, bytes, malformed, filtered, dropped }) => [
      cell([user(source)]),
      cell(count(documents)),
      cell(count(tokens)),
      cell(`${metric(bytes)}B`),
      cell(count(malformed)),
      cell(count(Object.values(filtered).reduce((sum, rows) => sum + rows, 0))),
      cell(reasons(dropped)),
    ]),
  };
}

function reasons(dropped: Record<string, number>): Prose {
  const entries = Object.entries(dropped).filter(([, documents]) => documents > 0);
  if (entries.length === 0) return ['none'];
  return entries.flatMap(
    ([reason, documents], i) => prose`${i === 0 ? '' : ', '}${count(documents)} ${user(reason)}`,
  );
}

/** What conditions take from a recipe's sources; a recipe that takes everything has no row. */
export function selectionRows(report: Report): Table {
  const excluded = new Set(report.sources.flatMap(({ dropped }) => Object.keys(dropped)));
  const chosen = report.selections.map((selection) => ({
    ...selection,
    dropped: selection.dropped.filter(({ reason }) => !excluded.has(reason)),
  }));
  return {
    caption: 'What conditions leave of a source, and why they drop the rest',
    columns: [
      left('Recipe'),
      left('Source'),
      right('Documents'),
      right('Tokens'),
      left('Dropped documents (tokens)'),
    ],
    rows: chosen
      .filter(({ dropped }) => dropped.length > 0)
      .map(({ recipe, source, documents, tokens, dropped }) => [
        cell([user(recipe)]),
        cell([user(source)]),
        cell(count(documents)),
        cell(count(tokens)),
        cell(
          dropped.flatMap(
            ({ reason, documents, tokens }, i) =>
              prose`${i === 0 ? '' : ', '}${count(documents)} (${metric(tokens).trimEnd()}) not ${user(reason)}`,
          ),
        ),
      ]),
  };
}

export function shareRows(report: Report): Table {
  return {
    caption: 'Shares of tokens, asked for and realised in whole windows',
    columns: [
      left('Recipe'),
      left('Source'),
      right('Asked'),
      right('Realised'),
      right('Tokens'),
      right('Passes over the source'),
    ],
    rows: report.shares.map(({ recipe, source, share, realisedShare, tokens, epochs }) => [
      cell([user(recipe)]),
      cell([user(source)]),
      cell(percent(share, 2)),
      cell(percent(realisedShare, 2)),
      cell(count(tokens)),
      cell(epochs.toFixed(2)),
    ]),
  };
}

export function validationRows(report: Report): Table {
  return {
    caption: 'Validation domains',
    columns: [left('Domain'), right('Weight'), right('Documents'), right('Tokens'), right('Text')],
    rows: report.validation.map(({ domain, weight, documents, tokens, bytes }) => [
      cell([user(domain)]),
      cell(percent(weight)),
      cell(count(documents)),
      cell(count(tokens)),
      cell(`${metric(bytes)}B`),
    ]),
  };
}
