import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentedColumns, signalsPage } from '../../../scripts/signals-docs.js';
import { languageGroup, qualityGroup, repetitionGroup } from '../../../src/corpus/signals/index.js';

const page = readFileSync(new URL('../../../docs/signals.md', import.meta.url), 'utf8');

test('docs/signals.md is what scripts/signals-docs.ts writes now', () => {
  expect(page).toBe(signalsPage());
});

test('every column of every group of text signals has its row, with unit, range and source', () => {
  const groups = [
    repetitionGroup('dclm'),
    repetitionGroup('datatrove'),
    repetitionGroup('dolma'),
    qualityGroup(),
    languageGroup(),
  ];
  for (const { name, type, unit, range, source } of groups.flatMap(({ columns }) => columns)) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` | ${type} |`));
    for (const fact of [unit, range, source]) expect(row).toContain(fact);
  }
});

test('no two signals have the same name', () => {
  const names = documentedColumns().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
