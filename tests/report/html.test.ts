import { JSDOM } from 'jsdom';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/records.js';
import { renderHtml, renderRankingSvg } from '../../src/report/index.js';
import { hostile } from './hostile.js';
import { simulateReport } from './simulate.js';

const pageOf = (report: Report) => new JSDOM(renderHtml(report)).window.document;
const textOf = (element: Element | null) => (element?.textContent ?? '').replaceAll('\u00a0', ' ');

describe('the page', () => {
  const report = simulateReport();
  const html = renderHtml(report);
  const page = new JSDOM(html).window.document;

  test('asks the network for nothing and holds no script', () => {
    expect(
      page.querySelectorAll('script, iframe, object, embed, audio, video, img, base, form'),
    ).toHaveLength(0);
    for (const element of page.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        expect(name.startsWith('on'), name).toBe(false);
        if (['src', 'href', 'xlink:href', 'action', 'srcset', 'data', 'poster'].includes(name))
          expect(value).toBe('data:,');
      }
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:|url\((?!#)|@import/);
    expect(html).toContain("default-src 'none'");
  });

  test('has unique ids, and every reference to one is met', () => {
    const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const wanted = [
      ...[...page.querySelectorAll('[aria-labelledby]')].map((e) => e.getAttribute('aria-labelledby')!),
      ...[...html.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id!),
    ];
    expect(wanted.length).toBeGreaterThan(10);
    for (const id of wanted) expect(ids).toContain(id);
  });

  test('names every recipe and domain in a table, and every chart has a title', () => {
    for (const { recipe } of report.ranking.recipes)
      expect([...page.querySelectorAll('td bdi')].map(textOf)).toContain(recipe);
    for (const domain of Object.keys(report.ranking.weights))
      expect([...page.querySelectorAll('th bdi')].map(textOf)).toContain(domain);
    const charts = [...page.querySelectorAll('svg')];
    expect(charts.length).toBe(4 * 2 + 6);
    for (const chart of charts) {
      expect(chart.getAttribute('role')).toBe('img');
      expect(textOf(chart.querySelector('title')).length).toBeGreaterThan(30);
    }
    for (const table of page.querySelectorAll('table'))
      expect(textOf(table.querySelector('caption'))).not.toBe('');
  });

  test('draws one dot a recipe, at its effect, best on top', () => {
    const dots = [...page.querySelectorAll('.wide [aria-label=dot] circle')];
    expect(dots).toHaveLength(report.ranking.recipes.length);
    const at = (name: string) => dots.map((dot) => Number(dot.getAttribute(name)));
    expect(at('cx')).toEqual([...at('cx')].sort((a, b) => a - b));
    expect(at('cy')).toEqual([...at('cy')].sort((a, b) => a - b));
    expect(dots.filter((dot) => dot.getAttribute('fill') === 'var(--paper)')).toHaveLength(
      report.ranking.recipes.filter(({ tiedWithBest }) => tiedWithBest).length,
    );
  });

  test('is the same bytes each time, and small for a large study', () => {
    expect(renderHtml(report)).toBe(html);
    const recipes = Array.from({ length: 20 }, (_, i) => `recipe-${i}`);
    expect(Buffer.byteLength(renderHtml(simulateReport({ recipes })))).toBeLessThan(1_500_000);
  });

  test('shows the study exactly', () => {
    const text = '\nstudy: "<&>"\n\tsources: \'a`b\'\n\n# end  \n';
    expect(pageOf(simulateReport({ text })).querySelector('pre')?.textContent).toBe(text);
  });
});

describe('hostile names', () => {
  const report = simulateReport({
    recipes: hostile,
    domains: hostile.slice(0, 3),
    seeds: 2,
    name: hostile[0]!,
    text: `${hostile.join('\n')}</pre><script>1</script>`,
    failure: (recipe, seed) => (recipe === hostile[8] && seed === 1 ? hostile[1] : undefined),
  });

  test('add no element and no attribute to the page', () => {
    const page = pageOf(report);
    expect(page.querySelectorAll('script, img, b, a')).toHaveLength(0);
    expect(page.querySelectorAll('[onerror]')).toHaveLength(0);
    expect([...page.querySelectorAll('bdi')].map(textOf)).toContain(hostile[0]);
    for (const deceptive of ['\u001b', '\u202e', '\ud800'])
      expect(page.documentElement.textContent).not.toContain(deceptive);
  });

  test('leave the picture well-formed XML without variables', () => {
    const svg = renderRankingSvg(report);
    expect(svg).not.toContain('var(');
    const { window } = new JSDOM('');
    const parsed = new window.DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelectorAll('script, img')).toHaveLength(0);
    expect(parsed.querySelectorAll('circle')).toHaveLength(report.ranking.recipes.length);
  });
});

describe('unusual studies', () => {
  test('one recipe has its loss and no comparison', () => {
    const page = pageOf(simulateReport({ recipes: ['natural'] }));
    expect(textOf(page.querySelector('h1'))).toBe(
      'natural is the only recipe that finished, so there is nothing to compare it with.',
    );
    expect([...page.querySelectorAll('h2')].map(textOf)).not.toContain('Who beats whom');
  });

  test('one seed comes with a warning', () => {
    const notes = (seeds: number) =>
      [...pageOf(simulateReport({ seeds })).querySelectorAll('.note')].map(textOf);
    expect(notes(1).join()).toContain('There is one seed');
    expect(notes(2)).toEqual([]);
  });

  test('a failed run is told at the top and with its folder', () => {
    const reason = 'the loss is not finite at step 120';
    const page = pageOf(
      simulateReport({ failure: (recipe, seed) => (recipe === 'no-ham' && seed === 1 ? reason : undefined) }),
    );
    expect(textOf(page.querySelector('.note'))).toContain('1 of 27 runs failed (no-ham)');
    expect(textOf(page.querySelector('[aria-labelledby=runs]'))).toContain(`failed: ${reason}`);
  });

  test('a study in which all failed says so', () => {
    const page = pageOf(simulateReport({ failure: () => 'out of memory' }));
    expect(textOf(page.querySelector('h1'))).toContain('No recipe finished');
    expect(page.querySelectorAll('.note')).toHaveLength(10);
    expect(renderRankingSvg(simulateReport({ failure: () => 'out of memory' }))).toContain(
      'No recipe finished',
    );
  });
});
