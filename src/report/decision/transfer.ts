/** What the study's own targets say of its ranking. */
import type { ProxySetting, TransferAnalysis } from '../../records.js';
import { decimals, rateText } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import type { Undecided } from '../view.js';

/** One sentence for each target that the study's proxy was compared with, at the rate that the recipes were ranked at. */
export function transferSentencesOf({ transfer = [], proxy }: Undecided): Prose[] {
  return transfer.flatMap((analysis) => {
    const setting = rankedSetting(analysis, proxy);
    if (setting === undefined) return [];
    const { name } = analysis.objectives[0]!;
    const { spearman, regret } = setting.transfer[name]!;
    if (!Number.isFinite(spearman.value)) return [];
    const range = spearman.interval
      ? ` [${decimals(spearman.interval.low, 2)}, ${decimals(spearman.interval.high, 2)}]`
      : '';
    const target =
      analysis.target === analysis.proxy
        ? prose`its own tuned runs`
        : prose`the tuned ${user(analysis.target)}`;
    const cost = regret[0]!.lost.value;
    return [
      prose`For ${target}, the ranking by ${user(analysis.proxy)} at ${rateText(proxy.learningRate)} reaches a Spearman correlation of ${decimals(spearman.value, 2)}${range}; training only on its first choice ${cost === 0 ? 'costs nothing' : `costs ${decimals(cost)} of ${name}`}.`,
    ];
  });
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
