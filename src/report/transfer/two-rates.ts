/** Figures that hold a standard rate of the proxy against a tiny one: ranks, losses, and agreement by domain. */
import type { TransferAnalysis } from '../../records.js';
import { spearman } from '../../stats/index.js';
import { decimals, rateText } from '../format.js';
import { escapeHtml } from '../prose.js';
import { recipesAtRate } from './at-rate.js';
import { drawnFigure, legend, titled } from './figure-parts.js';
import { targetName } from './kind.js';
import { objectiveChart, rateColours } from './objective-chart.js';
import { rankChart } from './rank-chart.js';
import type { RateMarks } from './rate-axis.js';
import { scatterChart } from './scatter-chart.js';
import { type ComparedRate, standardAndTiny } from './standard-and-tiny.js';

export function twoRateFigures(analysis: TransferAnalysis, prefix: string, marks: RateMarks): string[] {
  const target = targetName(analysis);
  const [{ name, better }] = analysis.objectives as [TransferAnalysis['objectives'][number]];
  return [
    sideBySide(`Ranks by the proxy and by the ${target}`, analysis, marks, (recipes, panel) =>
      rankChart(recipes, { better, target }, { ...panel, id: `${prefix}-ranks-${panel.id}` }),
    ),
    sideBySide(`Proxy against ${target}`, analysis, marks, (recipes, panel) =>
      scatterChart(recipes, { name, target }, { ...panel, id: `${prefix}-scatter-${panel.id}` }),
    ),
  ];
}

/** Panels at the standard and the tiny rate. */
function sideBySide(
  heading: string,
  analysis: TransferAnalysis,
  { band }: RateMarks,
  draw: (
    recipes: ReturnType<typeof recipesAtRate>,
    panel: { id: string; title: string; width: number },
  ) => string,
): string {
  const panels = standardAndTiny(analysis, band).flatMap(({ name, rate }) => {
    const recipes = recipesAtRate(analysis, rate);
    const title = `${heading}: the ${rateName({ name, rate })}.`;
    const chart = draw(recipes, { id: name, title, width: 452 });
    const rho = spearman(
      recipes.map(({ proxy }) => proxy),
      recipes.map(({ target }) => target),
    );
    return chart === ''
      ? []
      : [
          `<div><h4>${escapeHtml(`At the ${rateName({ name, rate })}: Spearman ${decimals(rho, 2)}`)}</h4>${chart}</div>`,
        ];
  });
  return titled(heading, panels.length === 0 ? '' : `<div class="panels">${panels.join('\n')}</div>`);
}

/** Agreement by validation domain and benchmark. */
export function objectiveFigure(analysis: TransferAnalysis, id: string, { band }: RateMarks): string {
  const rates = standardAndTiny(analysis, band);
  const entries = rates.map(({ name, rate }) => ({
    label: rateName({ name, rate }),
    colour: rateColours[name],
  }));
  const title = `Spearman correlation with the ${targetName(analysis)} by validation domain and benchmark.`;
  return titled(
    'By domain and benchmark',
    drawnFigure(
      id,
      (chart, width) => objectiveChart(analysis, rates, { id: chart, title, width }),
      legend(entries),
    ),
  );
}

function rateName({ name, rate }: ComparedRate): string {
  return `${name === 'only' ? '' : `${name} `}rate ${rateText(rate)}`;
}
