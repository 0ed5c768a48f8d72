/** What the study's other models and settings say of its ranking. */
import type { ProxySetting, TransferAnalysis } from '../../records.js';
import { decimals, rateText } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import { isTuned, kindOf } from '../transfer/kind.js';
import type { Undecided } from '../view.js';

/** One sentence for each model that the study's proxy was compared with, at the rate that the recipes were ranked at. */
export function transferSentencesOf(report: Undecided): Prose[] {
  const { transfer = [], proxy } = report;
  return transfer.flatMap((analysis) => {
    const setting = rankedSetting(analysis, proxy);
    if (setting === undefined) return [];
    const { name } = analysis.objectives[0]!;
    const { spearman, regret } = setting.transfer[name]!;
    if (!Number.isFinite(spearman.value)) return [];
    const range = spearman.interval
      ? ` [${decimals(spearman.interval.low, 2)}, ${decimals(spearman.interval.high, 2)}]`
      : '';
    const cost = regret[0]!.lost.value;
    return [
      prose`For ${aim(analysis, report)}, the ranking by ${user(analysis.proxy)} at ${rateText(proxy.learningRate)} reaches a Spearman correlation of ${decimals(spearman.value, 2)}${range}; training only on its first choice ${cost === 0 ? 'costs nothing' : `costs ${decimals(cost)} of ${name}`}.`,
    ];
  });
}

function aim(analysis: TransferAnalysis, report: Undecided): Prose {
  const tuned = isTuned(analysis);
  const kind = kindOf(analysis, report);
  if (kind === 'itself') return [`its own ${tuned ? 'tuned ' : ''}runs`];
  const role = kind === 'proxy' ? 'other proxy' : 'target';
  return tuned
    ? prose`the tuned ${kind === 'proxy' ? 'other proxy ' : ''}${user(analysis.target)}`
    : prose`the ${role} ${user(analysis.target)}, in the one setting that it was trained in`;
}

/** The setting of the proxy that the study's ranking is of: same rate, and as many other numbers alike as any. */
export function rankedSetting(
  { settings }: TransferAnalysis,
  proxy: Undecided['proxy'],
): ProxySetting | undefined {
  const known: Record<string, number> = { batch: proxy.batch, learningRate: proxy.learningRate };
  const alike = ({ hyperparameters }: ProxySetting) =>
    Object.entries(known).filter(([name, value]) => hyperparameters[name] === value).length;
  return settings
    .filter(({ hyperparameters }) => hyperparameters.learningRate === proxy.learningRate)
    .reduce<ProxySetting | undefined>(
      (most, setting) => (most === undefined || alike(setting) > alike(most) ? setting : most),
      undefined,
    );
}
