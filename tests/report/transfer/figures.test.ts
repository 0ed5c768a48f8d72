/** The figures of transfer: each is there when its data are, shows them where they belong, and is left out otherwise. */
import { JSDOM } from 'jsdom';
import { describe, expect, test } from 'vitest';
import type { Report, TransferAnalysis } from '../../../src/records.js';
import { decide, renderHtml, renderMarkdown, transferPage } from '../../../src/report/index.js';
import { transferFigure } from '../../../src/report/transfer/figure-file.js';
import { rateLines } from '../../../src/report/transfer/rate-lines.js';
import { standardAndTiny } from '../../../src/report/transfer/standard-and-tiny.js';
import { hostile } from '../hostile.js';
import { simulateReport } from '../simulate.js';
import { proxyRates, simulateTransfer } from './simulate.js';

const band = { tuned: 3e-3, low: 2e-5, high: 5e-4 };
const analysis = simulateTransfer();
const report = withTransfer(analysis);
const page = pageOf(renderHtml(report));

function withTransfer(transfer: TransferAnalysis, extra: Partial<Report> = { rateBand: band }): Report {
  const undecided = { ...simulateReport(), transfer: [transfer], ...extra };
  undecided.proxy = { ...undecided.proxy, learningRate: 3e-4, batch: 32 };
  return { ...undecided, decision: decide(undecided) };
}

function pageOf(html: string) {
  return new JSDOM(html).window.document;
}

const headings = (of: Document) =>
  [...of.querySelectorAll('section[aria-labelledby^="transfer"] h3')].map((e) => e.textContent);
const chart = (id: string, of = page) => of.querySelector(`[aria-labelledby="${id}-title"]`);

test('a study with rates, batches, benchmarks and alignment has every figure, in the order of the paper', () => {
  expect(headings(page)).toEqual([
    'Ranks by the proxy and by the tuned target',
    'Proxy against tuned target',
    'Two recipes at two similar rates',
    'What a decision would cost (small, batch 32)',
    'What a decision would cost in arc_easy (small, batch 32)',
    'Rate against rate',
    'By domain and benchmark',
    'Gradient alignment of the proxy and of the target',
    'What predicts the tuned target (small, batch 32)',
    'How much rankings by single seeds agree',
    'Over training (small, batch 32)',
    'Over training (small, batch 64)',
    'The proxy against its learning rate',
    'The target against its learning rate',
  ]);
});

test('gradient alignment counts neither as a benchmark nor as a domain', () => {
  const without = simulateTransfer();
  without.objectives = without.objectives.filter(({ name }) => name !== 'arc_easy');
  const of = pageOf(renderHtml(withTransfer(without)));
  expect(headings(of).filter((heading) => heading?.startsWith('What a decision'))).toHaveLength(1);
  expect(chart('transfer-0-objectives', of)!.textContent).not.toContain('alignment');
});

test('one rate and no alignment leave out what runs over the rate, and no empty frame', () => {
  const single = pageOf(
    transferPage([simulateTransfer({ rates: [1e-3], batches: [32], targetRates: [1e-3] })], '0'),
  );
  expect(headings(single)).toEqual([
    'Ranks by the proxy and by the target',
    'Proxy against target',
    'By domain and benchmark',
    'Over training',
  ]);
  for (const svg of single.querySelectorAll('svg.plot'))
    expect(svg.querySelectorAll('circle, path, rect, line').length).toBeGreaterThan(0);
  expect(single.querySelector('section[aria-labelledby="overview-0"]')).toBeNull();
});

test('a report without transfer has none of it', () => {
  const plain = pageOf(renderHtml(simulateReport()));
  expect(
    plain.querySelector('section[aria-labelledby^="transfer"], section[aria-labelledby^="overview"]'),
  ).toBeNull();
});

describe('the interval of tiny rates on the curve', () => {
  /** Where the log axis puts a rate, from the dots that are known. */
  const place = (svg: Element) => {
    const at = [...svg.querySelectorAll('[aria-label=dot] circle')].map((dot) =>
      Number(dot.getAttribute('cx')),
    );
    const [left, right] = [Math.min(...at), Math.max(...at)];
    const [first, last] = [proxyRates[0]!, proxyRates.at(-1)!];
    return (rate: number) => left + ((right - left) * Math.log(rate / first)) / Math.log(last / first);
  };

  test.each(['overview-0-chart', 'transfer-0-regret', 'transfer-0-seeds'])('%s', (id) => {
    const svg = chart(id)!;
    const rect = svg.querySelector('[aria-label=rect] rect')!;
    const x = Number(rect.getAttribute('x'));
    expect(x).toBeCloseTo(place(svg)(band.low), 0);
    expect(x + Number(rect.getAttribute('width'))).toBeCloseTo(place(svg)(band.high), 0);
    const lines = [...svg.querySelectorAll('[aria-label=rule] line')].map((line) =>
      Number(line.getAttribute('x1')),
    );
    expect(lines[0]).toBeCloseTo(place(svg)(band.tuned), 0);
  });

  test('marks the rate of best transfer on the loss against the rate', () => {
    const text = [...chart('transfer-0-proxy-curves')!.querySelectorAll('text')].map((e) => e.textContent);
    expect(text).toEqual(expect.arrayContaining(['tuned', 'best transfer']));
  });

  test('is not shaded where it is empty', () => {
    const none = pageOf(
      renderHtml(withTransfer(analysis, { rateBand: { tuned: 3e-3, low: 1e-3, high: 1e-4 } })),
    );
    expect(chart('overview-0-chart', none)!.querySelector('[aria-label=rect] rect')).toBeNull();
  });
});

test('ranks are joined from the proxy to the target, and far moves stand out', () => {
  const links = [...chart('transfer-0-ranks-tiny')!.querySelectorAll('[aria-label=link] path')];
  expect(links).toHaveLength(analysis.tuned.length);
  const standard = [...chart('transfer-0-ranks-standard')!.querySelectorAll('[aria-label=link] path')];
  const far = (paths: Element[]) =>
    paths.filter((path) => path.getAttribute('stroke') === 'var(--worse)').length;
  expect(far(standard)).toBeGreaterThan(far(links));
});

describe('a standard and a tiny rate', () => {
  test('are those next to the tuned rate and to a tenth of it', () => {
    expect(standardAndTiny(analysis, band)).toEqual([
      { name: 'standard', rate: 3e-3 },
      { name: 'tiny', rate: 3e-4 },
    ]);
    expect(standardAndTiny(analysis, { tuned: 1e-4 })).toEqual([
      { name: 'standard', rate: 1e-4 },
      { name: 'tiny', rate: 1e-5 },
    ]);
  });

  test('without a tuned rate the standard one is where most recipes do best, whatever transfers', () => {
    const [standard] = standardAndTiny(analysis);
    const best = analysis.curves.proxy.filter((curve) => curve.best === standard!.rate);
    expect(best.length).toBeGreaterThan(analysis.tuned.length / 3);
  });

  test('no tiny one where none was trained', () => {
    expect(standardAndTiny(simulateTransfer({ rates: [2e-3, 3e-3] }), band)).toHaveLength(1);
  });
});

describe('the decision', () => {
  test('says what the ranking at the study’s own rate is worth on the target', () => {
    const { spearman, regret } = analysis.settings.find(
      ({ hyperparameters: { learningRate, batch } }) => learningRate === 3e-4 && batch === 32,
    )!.transfer['aggregated loss']!;
    const text = report.decision.statements.find(({ topic }) => topic === 'Transfer')!.text;
    expect(text).toContain(
      `For the tuned large, the ranking by small at 3e-4 reaches a Spearman correlation of ${spearman.value.toFixed(2)} [${spearman.interval!.low.toFixed(2)}, ${spearman.interval!.high.toFixed(2)}]`,
    );
    expect(regret[0]!.lost.value).toBe(0);
    expect(text).toContain('training only on its first choice costs nothing.');
  });

  const against = (transfer: TransferAnalysis, role?: 'proxy' | 'target') => {
    const counted = { learningRate: 1e-3, runs: 36, diverged: 0, failed: [], unfinished: 0 };
    const compared = role === undefined ? [] : [{ ...counted, model: transfer.target, role }];
    const of = withTransfer(transfer, { compared });
    const text = of.decision.statements.find(({ topic }) => topic === 'Transfer')!.text;
    return {
      text,
      method: renderMarkdown(of).split('## Method')[1]!.split('\n## ')[0]!,
      html: renderHtml(of),
    };
  };

  test('calls no model tuned that was trained in one setting, and no proxy a target', () => {
    const single = simulateTransfer({ targetRates: [1e-3] });
    const other = against(single, 'proxy');
    expect(other.text).toMatch(/^For the other proxy large, in the one setting that it was trained in, the/);
    expect(other.method).toContain(
      'on the other proxies of this study, and on no target. That it carries over',
    );
    expect(other.html.replaceAll('not tuned', '')).not.toMatch(/tuned (target|large|<bdi)/);
    expect(against(analysis, 'proxy').text).toMatch(/^For the tuned other proxy large, the/);

    expect(against(single, 'target').text).toMatch(/^For the target large, in the one setting/);
    expect(against(single, 'target').method).toContain('was measured on the targets of this study');

    const own = against({ ...analysis, target: 'small' }, 'proxy');
    expect(own.text).toMatch(/^For its own tuned runs, the/);
    expect(own.method).toContain('on other settings of the same model, and on no target.');
  });

  test('is silent about a rate that was not compared', () => {
    const other = withTransfer(simulateTransfer({ rates: [1e-3, 1e-2] }));
    expect(other.decision.statements.map(({ topic }) => topic)).not.toContain('Transfer');
  });
});

test('the figure as a file says what it shades, and marks the rate of best transfer; without a measured rate neither', () => {
  const { documentElement: marked } = pageOf(transferFigure(report)!);
  expect(marked.textContent).toContain('Shaded: from the lower end of tiny rates');
  expect(marked.textContent).toContain('best transfer');
  const plain = transferFigure(withTransfer(analysis, {}))!;
  expect(plain).not.toContain('Shaded');
  expect(plain).not.toContain('best transfer');
});

test('settings are told in three digits, and tokens in millions', () => {
  const unround = (of: Record<string, number>) =>
    of.batch === 64
      ? { tokensPerParameter: 39.357682619647356, tokens: 3_000_000 }
      : { tokensPerParameter: 19.678841309823678, tokens: 1_500_000 };
  const settings = analysis.settings.map((setting) => ({
    ...setting,
    hyperparameters: { ...setting.hyperparameters, ...unround(setting.hyperparameters) },
  }));
  const of = withTransfer({ ...analysis, settings });
  expect(renderMarkdown(of)).toContain('`1e-3, batch 32, tokensPerParameter 19.7, tokens 1.5M`');
  const html = renderHtml(of);
  expect(html).toContain('small, batch 64, tokensPerParameter 39.4, tokens 3M');
  expect(html).not.toMatch(/19\.678|1500000/);
});

test('settings that look alike are lines of their own', () => {
  const settings = analysis.settings.map(({ hyperparameters, ...setting }) => ({
    ...setting,
    hyperparameters: {
      learningRate: hyperparameters.learningRate!,
      decay: hyperparameters.batch === 64 ? 0.10001 : 0.1,
    },
  }));
  expect(rateLines([{ ...analysis, settings }]).map(({ points }) => points.length)).toEqual([
    proxyRates.length,
    proxyRates.length,
  ]);
});

test('Markdown has the table of every setting', () => {
  expect(renderMarkdown(report)).toMatch(/## `small` for `large`.*\| `1e-5, batch 32`/s);
});

test('hostile names add no element, and ids stay unique', () => {
  const name = hostile.find((each) => each.includes('<'))!;
  const renamed = JSON.parse(
    JSON.stringify(analysis).replaceAll('recipe-3"', `${JSON.stringify(name).slice(1, -1)}"`),
  );
  const html = renderHtml(withTransfer({ ...renamed, target: name }));
  const ids = [...pageOf(html).querySelectorAll('[id]')].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(pageOf(html).querySelectorAll('script, img, iframe')).toHaveLength(0);
});
