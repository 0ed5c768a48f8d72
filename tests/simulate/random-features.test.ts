/** The whole simulation at a small size: Theorem 2 inside the region, failure on both sides, the figure and the text. */
import { JSDOM } from 'jsdom';
import { describe, expect, test } from 'vitest';
import { simulationPage, simulationSvg, simulationText } from '../../src/report/index.js';
import { defaultSettings, type Settings, simulateRandomFeatures } from '../../src/simulate/index.js';

const settings: Settings = {
  ...defaultSettings,
  tasks: 2,
  datasets: 5,
  draws: 8,
  widths: [2, 1024],
  learningRates: [2 ** -12, 2 ** -8, 2 ** -4, 2 ** -2, 2 ** -1, 1, 2, 16],
  checkpoints: [16, 256, 4096],
};
const result = simulateRandomFeatures(settings);
const cell = (width: number, steps: number, learningRate: number) =>
  result.cells.find(
    (candidate) =>
      candidate.width === width && candidate.steps === steps && candidate.learningRate === learningRate,
  )!;

describe('random features', () => {
  test('are ordered rightly inside the region', () => {
    expect(result.pairs).toHaveLength(20);
    expect(cell(1024, 4096, 0.5).inside).toBe(1);
    expect(result.inside.comparisons).toBeGreaterThan(20);
    expect(result.inside.agreement).toBeGreaterThanOrEqual(0.95);
  });

  test('are ordered wrongly on both sides of it, and when too narrow', () => {
    expect(result.below.agreement).toBeLessThan(0.95);
    expect(result.below.learningRate).toBeLessThan(result.region.largestRate);
    expect(result.above.agreement).toBeLessThan(0.95);
    expect(result.above.learningRate).toBeGreaterThan(result.region.largestRate);
    expect(cell(1024, 4096, 16)).toMatchObject({ agreement: 0, diverged: 1 });
    expect(cell(2, 4096, 0.25).agreement).toBeLessThan(0.95);
  });

  test('give the same numbers for the same seed, and others for another', () => {
    const small: Settings = { ...settings, draws: 1, checkpoints: [16, 64], datasets: 3 };
    const first = JSON.stringify(simulateRandomFeatures(small));
    expect(JSON.stringify(simulateRandomFeatures(small))).toBe(first);
    expect(JSON.stringify(simulateRandomFeatures({ ...small, seed: 1 }).pairs)).not.toBe(
      JSON.stringify(simulateRandomFeatures(small).pairs),
    );
  });

  test('have regions that do not depend on what was trained', () => {
    const other = simulateRandomFeatures({ ...settings, draws: 1, widths: [1024], checkpoints: [16] });
    expect(other.pairs).toEqual(result.pairs);
  });
});

describe('the report of random features', () => {
  test('prints a row a number of steps and a width, with the region in brackets', () => {
    const text = simulationText(result);
    const rows = text.split('\n').filter((line) => /^ +\d+ /.test(line));
    expect(rows.map((row) => Number(row.trim().split(/ +/)[0]))).toEqual([16, 256, 4096, 2, 1024]);
    expect(rows[2]).toMatch(/\[100\]/);
    expect(rows[0]).not.toContain('[');
    expect(rows[2]).toMatch(/∞$/);
    for (const line of text.split('\n').slice(4)) expect(line.length).toBeLessThanOrEqual(110);
  });

  test('draws well-formed pictures that name what they show', () => {
    const { window } = new JSDOM('');
    const parsed = new window.DOMParser().parseFromString(simulationSvg(result), 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    const titles = [...parsed.querySelectorAll('title')].map((title) => title.textContent);
    expect(titles).toHaveLength(2);
    expect(titles[0]).toContain('steps T');
    expect(simulationSvg(result)).not.toContain('var(--');
    expect(simulationPage(result, '1.0.0')).toContain('Every pair and its region');
  });

  test('outlines the region from c0/T to the largest rate in every row that has one', () => {
    const { window } = new JSDOM('');
    const parsed = new window.DOMParser().parseFromString(simulationSvg(result), 'image/svg+xml');
    const outline = parsed.querySelector('[aria-label="line"] path')!.getAttribute('d')!;
    const xs = [...outline.matchAll(/([\d.]+),[\d.]+/g)].map(([, x]) => Number(x));
    const rects = [...parsed.querySelector('[aria-label="rect"]')!.querySelectorAll('rect')];
    const column = Number(rects[1]!.getAttribute('x')) - Number(rects[0]!.getAttribute('x'));
    // Columns 2^-12 and 2^-8 are four powers of two apart.
    const power = column / 4;
    const { c0, largestRate } = result.region;
    expect((Math.max(...xs) - Math.min(...xs)) / power).toBeCloseTo(Math.log2((largestRate * 4096) / c0), 1);
  });
});
