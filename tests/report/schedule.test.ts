/** Schedules in the report: recipes in stages become stacked areas and a table. */
import { JSDOM } from 'jsdom';
import { expect, test } from 'vitest';
import type { Recipe, Report, Schedule } from '../../src/records.js';
import { scheduleChart } from '../../src/report/charts/schedule.js';
import { renderHtml, renderMarkdown } from '../../src/report/index.js';
import { schedulesOf } from '../../src/report/schedules.js';
import { simulateReport } from './simulate.js';

const windowsOf = (web: number, code: number) => [
  { source: 'code', share: 0.3, windows: code },
  { source: 'web', share: 0.7, windows: web },
];
const stages = [
  { windows: 40, sources: windowsOf(28, 12) },
  { windows: 60, sources: windowsOf(60, 0) },
];
const recipe: Recipe = { name: 'curriculum', sources: [], stages };

test('a recipe without stages has no schedule, and no place in the report', () => {
  expect(schedulesOf([{ name: 'plain', sources: [] }], 8)).toEqual([]);
  expect(renderHtml(simulateReport())).not.toContain('Schedules');
});

test('stages have their place in the training, and what whole windows made of the shares', () => {
  const [schedule] = schedulesOf([recipe], 8);
  expect(schedule).toMatchObject({ recipe: 'curriculum' });
  expect(schedule!.stages.map(({ from, until }) => [from, until])).toEqual([
    [0, 0.4],
    [0.4, 1],
  ]);
  expect(schedule!.stages[0]!.sources[1]).toEqual({
    source: 'web',
    share: 0.7,
    realisedShare: 0.7,
    tokens: 28 * 8,
  });
});

test('the areas of a stage fill its height, each as tall as its share and as wide as the stage', () => {
  const { stages: drawn } = schedulesOf([recipe], 8)[0]!;
  const svg = scheduleChart(drawn, {
    id: 'chart',
    title: 'Shares of tokens over the training of a recipe.',
    width: 400,
    order: ['web', 'code'],
    colour: (source) => (source === 'web' ? 'blue' : 'red'),
  });
  const rects = [...new JSDOM(svg).window.document.querySelectorAll('rect')];
  const at = (rect: Element, name: string) => Number(rect.getAttribute(name));
  const areas = rects.map((rect) => [at(rect, 'width'), at(rect, 'height')]);
  const [across, up] = [areas[0]![0]! / 0.4, areas[0]![1]! / 0.7];
  expect(areas).toHaveLength(3);
  for (const [i, [wide, tall]] of [
    [0.4, 0.7],
    [0.4, 0.3],
    [0.6, 1],
  ].entries()) {
    expect(areas[i]![0]).toBeCloseTo(wide! * across, 0);
    expect(areas[i]![1]).toBeCloseTo(tall! * up, 0);
  }
  expect(at(rects[0]!, 'y')).toBeGreaterThan(at(rects[1]!, 'y'));
});

test('the page and the Markdown show every stage', () => {
  const schedules: Schedule[] = schedulesOf([recipe], 8);
  const report: Report = { ...simulateReport(), schedules };
  const page = new JSDOM(renderHtml(report)).window.document;
  const section = page.querySelector('section[aria-labelledby=schedules]')!;
  expect(section.querySelectorAll('svg')).toHaveLength(2);
  expect(section.querySelectorAll('tbody tr')).toHaveLength(4);
  expect(renderMarkdown(report)).toMatch(/curriculum.*40.0.%.*100.0.%.*web.*70.00.%.*100.00.%/);
});
