/** The report of mixtures: every figure is there with its data, in the page and as a file, and its texts can be read. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { describe, expect, test } from 'vitest';
import type { MixtureReport } from '../../../src/mixture/index.js';
import { mixturePage, writeMixtureReport } from '../../../src/report/index.js';
import { mixtureFigures } from '../../../src/report/mixture/figures.js';
import { shortened } from '../../../src/report/mixture/names.js';
import { figureFile } from '../../../src/report/mixture/write.js';
import { folderWith } from '../../cli/assay.js';
import { hostile } from '../hostile.js';
import { outside, overlaps } from './overlaps.js';
import { pileDomains, simulateMixtures, stagedMixture } from './study.js';

const five = ['web', 'code', 'books', 'wiki', 'maths'];
const small = simulateMixtures({ beside: [stagedMixture(five)] });
const doremi = {
  name: 'DoReMi',
  phases: [{ share: 1, mixture: new Map(pileDomains.map((name) => [name, 1 / 17])) }],
};
const pile = simulateMixtures({
  domains: pileDomains,
  metrics: pileDomains.slice(1, 14).map((name) => `metric/${name.replace('train_', '')}_val_loss`),
  testRuns: 40,
  beside: [doremi, stagedMixture(pileDomains)],
});
const drawn = new Map([small, pile].map((report) => [report, mixturePage(report, '0')]));
const pageOf = (report: MixtureReport) => new JSDOM(drawn.get(report)).window.document;
const textOf = (element: Element | null) => (element?.textContent ?? '').replaceAll('\u00a0', ' ');
const names = (report: MixtureReport) => mixtureFigures(report).map(({ name }) => name);

describe('the page', () => {
  const page = pageOf(small);

  test('has every figure of a proposal, in the order in which a reader asks', () => {
    expect(names(small)).toEqual([
      ...['weights', 'schedule', 'predicted', 'distance', 'importance', 'dependence', 'pareto'],
    ]);
    const sections = [...page.querySelectorAll('section')].map((each) =>
      each.getAttribute('aria-labelledby'),
    );
    expect(sections).toEqual([...names(small), 'trust']);
  });

  test('leaves out what fits alone have no data for', () => {
    expect(names(simulateMixtures({ only: 'fits' }))).toEqual(['predicted', 'importance', 'dependence']);
  });

  test('asks the network for nothing, and its ids are unique and met', () => {
    for (const report of [small, pile]) {
      const html = drawn.get(report)!;
      expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:|url\((?!#)|@import|<script/);
      const document = new JSDOM(html).window.document;
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, id] of html.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
      for (const svg of document.querySelectorAll('svg'))
        expect(ids).toContain(svg.getAttribute('aria-labelledby'));
    }
  });

  test('says what is gained, and which runs the fit is judged by', () => {
    const { gain } = small.proposal!.compared[1]!;
    expect(textOf(page.querySelector('h1'))).toContain(
      `${gain!.estimate.toFixed(3)} better than the prior in wiki`,
    );
    expect(textOf(page.querySelector('#predicted + .about'))).toContain(
      'each predicted by a fit to the other folds',
    );
    expect(textOf(pageOf(pile).querySelector('#predicted + .about'))).toContain(
      'the 40 runs of the test set',
    );
  });

  test('shows names without what all of them share, and says so', () => {
    const text = textOf(pageOf(pile).querySelector('header'));
    expect(text).toContain(
      'domains without train_the_pile_, metrics without metric/the_pile_ and _val_loss.',
    );
    expect(textOf(page.querySelector('header'))).toContain('metrics without _loss.');
  });

  test('keeps hostile names within their cells', () => {
    const domains = hostile.slice(0, 6);
    const beside = [stagedMixture(domains, hostile[1])];
    const html = mixturePage(simulateMixtures({ domains, metrics: hostile.slice(6, 8), beside }), '0');
    const document = new JSDOM(html).window.document;
    expect(document.querySelectorAll('script, img, a')).toHaveLength(0);
    for (const element of document.querySelectorAll('*'))
      for (const { name } of element.attributes) expect(name.startsWith('on'), name).toBe(false);
    expect(html.includes('\u001b') || html.includes('\u202e')).toBe(false);
  });
});

describe('what the figures show', () => {
  const page = pageOf(small);
  const chart = (id: string) => page.querySelector(`[aria-labelledby="${id}-title"]`)!;

  test('a dot for every held-out run, orange where it is outside of its interval', () => {
    small.fits.forEach(({ heldOut: [folds] }, i) => {
      const { actual, predicted, standardError } = folds!;
      const beyond = actual.filter(
        (y, run) => Math.abs(y - predicted[run]!) > 1.959964 * standardError![run]!,
      );
      const strokes = (colour: string) =>
        [
          ...chart(`predicted-panel-${i}`).querySelectorAll(
            `[aria-label="line"] g[stroke="var(--${colour})"] path`,
          ),
        ].map((path) => (path.getAttribute('d')!.match(/M/g) ?? []).length);
      // The paths of a colour are intervals and dots, as many of each.
      expect(strokes('worse')).toEqual([beyond.length, beyond.length]);
      expect(strokes('accent')).toEqual([80 - beyond.length, 80 - beyond.length]);
    });
  });

  test('areas of a schedule that fill every stage, each as high as its share', () => {
    const rectangles = [...chart('schedule-chart').querySelectorAll('[aria-label="rect"] rect')];
    const { stages } = small.proposal!.compared.at(-1)!;
    const of = (name: string) => (each: Element) => Number(each.getAttribute(name));
    const whole = 200;
    for (const stage of stages!.keys()) {
      const lefts = [...new Set(rectangles.map(of('x')))].sort((a, b) => a - b);
      const heights = rectangles.filter((each) => of('x')(each) === lefts[stage]).map(of('height'));
      expect(heights.reduce((sum, height) => sum + height, 0)).toBeCloseTo(whole, 0);
      const largest = Math.max(...stages![stage]!.mixture);
      expect(Math.max(...heights) / whole).toBeCloseTo(largest, 2);
    }
  });

  test('bars in proportion to the shares', () => {
    const bars = [...chart('weights-chart').querySelectorAll('[aria-label="bar"] rect')];
    const shares = small.proposal!.compared.flatMap(({ mixture }) => mixture);
    const widths = bars.map((bar) => Number(bar.getAttribute('width')));
    expect(widths).toHaveLength(shares.length);
    const most = Math.max(...shares);
    expect([...widths].sort((a, b) => a - b).map((width) => width / Math.max(...widths))).toEqual(
      shares.sort((a, b) => a - b).map((share) => expect.closeTo(share / most, 2)),
    );
  });

  test('a line for every metric and a panel for every domain', () => {
    const panels = [...page.querySelectorAll('#dependence ~ .panels svg')];
    expect(panels).toHaveLength(5);
    for (const panel of panels) expect(panel.querySelectorAll('[aria-label="line"] path')).toHaveLength(2);
  });

  test('a dot for every stage of a schedule and for every mixture that is kept', () => {
    expect(chart('distance-chart').querySelectorAll('[aria-label="dot"] circle')).toHaveLength(3 + 8);
  });
});

describe.each([
  ['5 domains', small],
  ['the 17 domains of the Pile and 13 metrics', pile],
])('with %s', (_, report) => {
  test('no two texts of a chart of the page overlap, wide or narrow, and none runs over its edge', () => {
    const charts = [...pageOf(report).querySelectorAll('svg')];
    expect(charts.length).toBeGreaterThan(10);
    for (const chart of charts) {
      expect(overlaps(chart), textOf(chart.querySelector('title'))).toEqual([]);
      expect(outside(chart), textOf(chart.querySelector('title'))).toEqual([]);
    }
  });

  test('no two texts of a file overlap', () => {
    for (const figure of mixtureFigures(report)) {
      const file = figureFile(figure);
      expect(file).not.toContain('var(--');
      const svg = new JSDOM(file, { contentType: 'image/svg+xml' }).window.document.documentElement;
      expect(overlaps(svg), figure.name).toEqual([]);
      expect(outside(svg), figure.name).toEqual([]);
    }
  });
});

test('the files hold the page, every number, and every figure', async () => {
  const folder = join(folderWith({}), 'report');
  const { html, json, figures } = await writeMixtureReport(small, folder, '0.0');
  expect(readFileSync(html, 'utf8')).toBe(mixturePage(small, '0.0'));
  const record = JSON.parse(readFileSync(json, 'utf8'));
  expect(record).toEqual({ assayVersion: '0.0', ...JSON.parse(JSON.stringify(small)) });
  expect(record.fits[0].heldOut[0].predicted).toHaveLength(80);
  expect(figures).toEqual(names(small).map((name) => join(folder, `${name}.svg`)));
  for (const figure of figures) expect(existsSync(figure)).toBe(true);
});

test('names lose whole words that all of them share, and never all of themselves', () => {
  expect(shortened(['train_web_text', 'train_web_code']).names).toEqual(['text', 'code']);
  expect(shortened(['metric/a_loss', 'metric/ab_loss'])).toEqual({
    names: ['a', 'ab'],
    begin: 'metric/',
    end: '_loss',
  });
  expect(shortened(['books', 'bookmarks']).names).toEqual(['books', 'bookmarks']);
  expect(shortened(['the_pile', 'the_pile_cc']).names).toEqual(['pile', 'pile_cc']);
  expect(shortened(['web']).names).toEqual(['web']);
});
