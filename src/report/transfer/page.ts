/** Analyses of transfer as one page: agreement and regret against the proxy's rate, heat map, curves, stability. */
import type { TransferAnalysis } from '../../records.js';
import { htmlPage } from '../page.js';
import { details, figure, htmlTable, section } from '../parts.js';
import { escapeHtml, prose, sentences, toHtml, user } from '../prose.js';
import { curveChart } from './curve-chart.js';
import { heatMapChart } from './heat-map-chart.js';
import { type RateLine, rateLines } from './rate-lines.js';
import { correlationDomain, estimateChart } from './spearman-chart.js';
import { stabilityChart } from './stability-chart.js';
import { transferSentences } from './summary.js';
import { objectiveRows, predictorRows, settingRows, tunedRows } from './tables.js';

/** @param transfers one or more; those with the same target share the first figure */
export function transferPage(transfers: readonly TransferAnalysis[], assayVersion: string): string {
  const targets = [...new Set(transfers.map(({ target }) => target))];
  const overviews = targets.map((target, t) =>
    overview(
      transfers.filter((each) => each.target === target),
      `overview-${t}`,
    ),
  );
  const body = `<header>
<p class="kicker">Assay transfer</p>
<h1>Does the proxy rank recipes as the tuned target does?</h1>
${transfers.map((analysis) => `<p class="lead">${toHtml(sentences(transferSentences(analysis)))}</p>`).join('\n')}
</header>
${overviews.join('\n')}
${transfers.map(transferSection).join('\n')}
<footer>Written by Assay ${escapeHtml(assayVersion)}. Intervals are 95 % bootstrap intervals over seeds.</footer>`;
  return htmlPage({ title: 'Transfer', assayVersion, body });
}

function overview(transfers: readonly TransferAnalysis[], id: string): string {
  const { target, objectives } = transfers[0]!;
  const lines = rateLines(transfers);
  const { name } = objectives[0]!;
  const title =
    'Spearman correlation of the ranking by the proxy with the tuned target, against the learning rate of the proxy.';
  const chart = (chartId: string, width: number) =>
    estimateChart(
      lines.map((line) => ({ ...line, of: ({ spearman }) => spearman })),
      name,
      { id: chartId, title, width, domain: correlationDomain(lines, name) },
    );
  return section(
    id,
    'Agreement with the tuned target',
    prose`Spearman correlation of the ranking by the proxy with that by the tuned ${user(target)} (${user(name)}), with 95 % intervals.`,
    drawnFigure(`${id}-chart`, chart, legend(lines)),
  );
}

function transferSection(analysis: TransferAnalysis, index: number): string {
  const { proxy, target, objectives, curves } = analysis;
  const { name } = objectives[0]!;
  const id = (part: string) => `transfer-${index}-${part}`;
  const lines = rateLines([analysis]);
  // Figures of one line show the first; the table has all settings.
  const shown = lines[0]?.points.map(({ setting }) => setting) ?? analysis.settings;
  const of = lines.length > 1 ? ` (${lines[0]!.label})` : '';
  const parts = [
    htmlTable(settingRows(analysis)),
    titled(
      `What a decision would cost${of}`,
      drawnFigure(
        id('regret'),
        (chart, width) => regretChart(analysis, lines, chart, width),
        regretLegend(analysis),
      ),
    ),
    titled(
      'Rate against rate',
      drawnFigure(id('heat'), (chart, width) => heatMapChart(analysis.heatMap, chart, width)),
    ),
    titled(
      `Over training${of}`,
      drawnFigure(id('stability'), (chart, width) => stabilityChart(shown, chart, width)),
    ),
    ...(['proxy', 'target'] as const).map((which) => {
      const title = `${name} against learning rate, one line a recipe, a ring at its best rate.`;
      return titled(
        `${which === 'proxy' ? 'The proxy' : 'The target'} against its learning rate`,
        drawnFigure(id(`${which}-curves`), (chart, width) => curveChart(curves[which], title, chart, width)),
      );
    }),
    details('By domain and benchmark', htmlTable(objectiveRows(analysis))),
    details(`Which metric of the proxy predicts ${name} of the target`, htmlTable(predictorRows(analysis))),
    details('The tuned target of each recipe', htmlTable(tunedRows(analysis))),
  ];
  return section(
    id('heading'),
    `${proxy} for ${target}`,
    'Regret is what is lost by tuning only the k recipes that the proxy ranks best. The ranking is settled from the share of the training on at which it keeps a Spearman correlation of 0.95 with the final one. Seed noise is the spread between seeds in units of the spread between recipes. A ring in orange lies at the edge of what was tried.',
    parts.join('\n'),
  );
}

/** One line for each k, in the settings of the proxy's first line. */
function regretChart(
  { objectives, settings }: TransferAnalysis,
  lines: readonly RateLine[],
  id: string,
  width: number,
): string {
  const { name } = objectives[0]!;
  const [line] = lines;
  if (line === undefined) return '';
  const regrets = settings[0]!.transfer[name]!.regret.map((_, i) => ({
    ...line,
    colour: `var(--source${i})`,
    of: (transfer: TransferAnalysis['settings'][number]['transfer'][string]) => transfer.regret[i]!.lost,
  }));
  const title = `Top-k decision regret against the learning rate of the proxy, in units of ${name}.`;
  return estimateChart(regrets, name, { id, title, width });
}

function regretLegend({ objectives, settings }: TransferAnalysis): string {
  return legend(
    settings[0]!.transfer[objectives[0]!.name]!.regret.map(({ k }, i) => ({
      label: `top ${k}`,
      colour: `var(--source${i})`,
    })),
  );
}

function legend(entries: readonly { label: string; colour: string }[]): string {
  const items = entries.map(
    ({ label, colour }) => `<li><i style="background:${colour}"></i>${toHtml([user(label)])}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** Nothing where there is nothing to draw. */
function drawnFigure(id: string, chart: (id: string, width: number) => string, before = ''): string {
  return chart(id, 900) === '' ? '' : before + figure(id, chart);
}

function titled(heading: string, body: string): string {
  return body === '' ? '' : `<h3>${escapeHtml(heading)}</h3>${body}`;
}
