/** What an analysis of transfer says in a few sentences. */
import type { ProxySetting, TransferAnalysis } from '../../records.js';
import { decimals, plural } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import { isTuned } from './kind.js';
import { settingName } from './tables.js';

/** Settings from the best Spearman correlation down, those without one left out. */
export function bestSettings({ settings, objectives }: TransferAnalysis): ProxySetting[] {
  const rho = ({ transfer }: ProxySetting) => transfer[objectives[0]!.name]!.spearman.value;
  return settings.filter((setting) => Number.isFinite(rho(setting))).sort((a, b) => rho(b) - rho(a));
}

export function transferSentences(analysis: TransferAnalysis): Prose[] {
  const { settings, objectives, proxy, target, tuned } = analysis;
  const { name } = objectives[0]!;
  const ranked = bestSettings(analysis);
  const said: Prose[] = [];
  const spearmanText = (setting: ProxySetting) => {
    const { value, interval } = setting.transfer[name]!.spearman;
    const range = interval ? ` (${decimals(interval.low, 2)} to ${decimals(interval.high, 2)})` : '';
    return `${decimals(value, 2)}${range}`;
  };
  const [best] = ranked;
  const worst = ranked.at(-1);
  if (best !== undefined) {
    const where = ranked.length > 1 ? prose` at ${user(settingName(best, settings))}` : [];
    said.push(
      prose`${user(proxy)} ranks ${plural(tuned.length, 'recipe')} for ${isTuned(analysis) ? 'the tuned ' : ''}${user(target)} with a Spearman correlation of ${spearmanText(best)}${where}.`,
    );
    const [first] = best.transfer[name]!.regret;
    said.push(
      prose`There, ${isTuned(analysis) ? 'tuning' : 'training'} only its first choice loses ${decimals(first!.lost.value)} of ${user(name)}.`,
    );
    if (worst !== undefined && worst !== best)
      said.push(prose`Worst is ${spearmanText(worst)} at ${user(settingName(worst, settings))}.`);
  }
  const atEdge = tuned.filter((recipe) => recipe.atEdge.length > 0).length;
  if (atEdge > 0)
    said.push(
      prose`The best setting of ${plural(atEdge, 'recipe')} lies at an edge of the target's grid: a wider grid may find a better one.`,
    );
  if (!isTuned(analysis))
    said.push(['The target was trained in one setting only: it is compared as it is, not tuned.']);
  return [...said, ...omissions(analysis)];
}

function omissions({ leftOut, unfinishedRuns }: TransferAnalysis): Prose[] {
  const said: Prose[] = [];
  if (leftOut.length > 0)
    said.push([
      `${plural(leftOut.length, 'recipe')} of only one of the two models ${leftOut.length === 1 ? 'is' : 'are'} left out.`,
    ]);
  if (unfinishedRuns > 0)
    said.push([`${plural(unfinishedRuns, 'run')} ended early or lack a metric, and are left out.`]);
  return said;
}
