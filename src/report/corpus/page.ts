/** A corpus as a page: for each source its size, and a small histogram for every signal. */
import { count, metric } from '../format.js';
import { htmlPage } from '../page.js';
import { details, htmlTable } from '../parts.js';
import { escapeHtml, toHtml, user } from '../prose.js';
import { cell, left, right, type Table } from '../tables/table.js';
import type { InspectedSource } from './text.js';

const pageStyles = `
.signals{display:grid;grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr));gap:1.4rem 1.5rem;margin:1rem 0}
.signals h3{margin:0;font-size:.86rem}
.signals p{margin:0;color:var(--quiet);font-size:.76rem}
.signals svg{display:block;width:100%;height:3.2rem;margin:.3rem 0 .15rem}
.signals rect{fill:var(--accent)}
.ends{display:flex;justify-content:space-between;font-size:.74rem;color:var(--quiet);font-variant-numeric:tabular-nums}
`;

export function corpusPage(title: string, assayVersion: string, sources: readonly InspectedSource[]): string {
  const body = `<header>
<p class="kicker">Assay corpus · ${escapeHtml(title)}</p>
<h1>What the documents are like.</h1>
<p class="lead">Every signal was measured once per document. A recipe chooses by them: <code>where: "words &gt;= 50"</code>.</p>
${htmlTable(sourceTable(sources))}
</header>
${sources.map(section).join('\n')}
<footer>Written by Assay ${escapeHtml(assayVersion)}. Heights are logarithmic, because thresholds are about tails; the last bar holds everything above the 99th percentile.</footer>`;
  return htmlPage({ title: `${title}: corpus`, assayVersion, body, extraStyles: pageStyles });
}

function sourceTable(sources: readonly InspectedSource[]): Table {
  const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0);
  return {
    caption: 'Sources',
    columns: [
      left('Source'),
      right('Documents'),
      right('Text'),
      right('Malformed rows'),
      right('Filtered rows'),
    ],
    rows: sources.map(({ source, documents, bytes, malformed, filtered }) => [
      cell([user(source)]),
      cell(count(documents)),
      cell(`${metric(bytes)}B`),
      cell(count(total(malformed))),
      cell(count(total(filtered))),
    ]),
  };
}

function section(source: InspectedSource, index: number): string {
  const id = `source-${index}`;
  const shown = source.signals.filter(({ histogram, values }) => histogram ?? values);
  const same = source.signals.filter(({ quantiles, histogram }) => quantiles && !histogram);
  const constant =
    same.length === 0
      ? ''
      : `<p class="about below">The same for every document: ${same.map(({ name, quantiles }) => `${escapeHtml(name)} ${short(quantiles![0]!)}`).join(', ')}.</p>`;
  return `<section aria-labelledby="${id}"><h2 id="${id}">${toHtml([user(source.source)])}</h2>
<p class="about">${count(source.documents)} documents, ${metric(source.bytes)}B</p>
<div class="signals">${shown.map(panel).join('\n')}</div>${constant}
${details('Quantiles of every signal', htmlTable(quantileTable(source)))}</section>`;
}

type Signal = InspectedSource['signals'][number];

function panel(signal: Signal): string {
  const { name, unit, meaning, nulls } = signal;
  const title = meaning === undefined ? '' : ` title="${escapeHtml(meaning)}"`;
  const about = [unit ?? '', nulls === 0 ? '' : `${count(nulls)} null`].filter((text) => text !== '');
  return `<div${title}><h3>${escapeHtml(name)}</h3><p>${escapeHtml(about.join(' · '))}&nbsp;</p>${signal.histogram ? bars(signal) : labels(signal)}</div>`;
}

const [width, height] = [240, 56];

function bars({ name, histogram, quantiles }: Signal): string {
  const { counts, low, high } = histogram!;
  const most = Math.log1p(Math.max(...counts));
  const step = width / counts.length;
  const rectangles = counts.map((n, i) => {
    const tall = (height * Math.log1p(n)) / most;
    return n === 0
      ? ''
      : `<rect x="${(i * step).toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${(step - 1).toFixed(1)}" height="${tall.toFixed(1)}"/>`;
  });
  const [, , , median, , , max] = quantiles!;
  const label = `${name}: from ${short(low)} to ${short(max!)}, median ${short(median!)}`;
  return `<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">${rectangles.join('')}</svg><div class="ends"><span>${short(low)}</span><span>median ${short(median!)}</span><span>${max! > high ? '≥\u00a0' : ''}${short(high)}</span></div>`;
}

function labels({ values }: Signal): string {
  const shown = values!.slice(0, 5);
  return `<ul class="values">${shown.map(({ value, documents }) => `<li>${toHtml([user(value)])} ${count(documents)}</li>`).join('')}</ul>`;
}

function quantileTable({ signals }: InspectedSource): Table {
  return {
    caption: 'Quantiles',
    columns: [
      left('Signal'),
      ...['Min', '5 %', '25 %', 'Median', '75 %', '95 %', 'Max', 'Mean', 'Null'].map((title) => right(title)),
      left('Unit'),
    ],
    rows: signals
      .filter((signal): signal is Signal & Required<Pick<Signal, 'quantiles' | 'mean'>> =>
        Boolean(signal.quantiles),
      )
      .map(({ name, quantiles, mean, nulls, unit }) => [
        cell(name),
        ...[...quantiles, mean].map((value) => cell(short(value))),
        cell(count(nulls)),
        cell(unit ?? ''),
      ]),
  };
}

function short(value: number): string {
  const rounded = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return count(rounded);
}
