/** Analyses of transfer as sections of a page: one overview a target, then one section an analysis. */
import type { RateBand, TransferAnalysis } from '../../records.js';
import { details, htmlTable, section } from '../parts.js';
import { prose, user } from '../prose.js';
import { agreementFigure, bestRate, transferFigures } from './figures.js';
import { isTuned, targetName } from './kind.js';
import { objectiveRows, predictorRows, settingRows, tunedRows } from './tables.js';

/** @param transfers those with the same target share the first figure */
export function transferSections(transfers: readonly TransferAnalysis[], band?: RateBand): string {
  const targets = [...new Set(transfers.map(({ target }) => target))];
  const overviews = targets.map((target, t) =>
    overview(
      transfers.filter((each) => each.target === target),
      `overview-${t}`,
      band,
    ),
  );
  return [...overviews, ...transfers.map((analysis, i) => transferSection(analysis, i, band))].join('\n');
}

const aboutBand =
  ' The shaded band lies between the lower end of tiny rates and the bound of Eq. (58); the dashed lines are the tuned rate of the proxy and the rate of best transfer.';

function overview(transfers: readonly TransferAnalysis[], id: string, band: RateBand | undefined): string {
  const { target, objectives } = transfers[0]!;
  const best = transfers.length === 1 && band !== undefined ? bestRate(transfers[0]!) : undefined;
  return section(
    id,
    `Agreement with the ${targetName(transfers[0]!)}`,
    prose`Spearman correlation of the ranking by the proxy with that by ${isTuned(transfers[0]!) ? 'the tuned ' : ''}${user(target)} (${user(objectives[0]!.name)}), with 95 % intervals.${band === undefined ? '' : aboutBand}`,
    agreementFigure(transfers, `${id}-chart`, { band, best }),
  );
}

function transferSection(analysis: TransferAnalysis, index: number, band: RateBand | undefined): string {
  const { proxy, target, objectives } = analysis;
  const prefix = `transfer-${index}`;
  const marks = { band, best: bestRate(analysis) };
  const parts = [
    htmlTable(settingRows(analysis)),
    ...transferFigures(analysis, prefix, marks),
    details('By domain and benchmark', htmlTable(objectiveRows(analysis))),
    details(
      `Which metric of the proxy predicts ${objectives[0]!.name} of the target`,
      htmlTable(predictorRows(analysis)),
    ),
    details(`The ${targetName(analysis)} of each recipe`, htmlTable(tunedRows(analysis))),
  ];
  return section(
    `${prefix}-heading`,
    `${proxy} for ${target}`,
    `Regret is what is lost by tuning only the k recipes that the proxy ranks best. The ranking is settled from the share of the training on at which it keeps a Spearman correlation of 0.95 with the final one. Seed noise is the spread between seeds in units of the spread between recipes; beside it, how many seeds would settle that share of all pairs. Recipes in orange move by more than a fifth of all places. The two recipes at two similar rates are those of all pairs whose order changes most there; bars are standard errors over seeds. A ring in orange lies at the edge of what was tried.${marks.best === undefined ? '' : ' The dashed orange line is the rate of best transfer.'}`,
    parts.join('\n'),
  );
}
