/** Settings of a proxy as lines over the learning rate: one line for each choice of the other hyperparameters. */
import type { ProxySetting, TransferAnalysis } from '../../records.js';
import { hyperparameterText } from '../format.js';

export interface RateLine {
  /** The proxy, and what sets this line apart from its others. */
  label: string;
  /** CSS colour. */
  colour: string;
  points: { rate: number; setting: ProxySetting }[];
}

/** Settings without a learning rate make no line. */
export function rateLines(transfers: readonly TransferAnalysis[]): RateLine[] {
  const lines = transfers.flatMap((analysis) => {
    const byOthers = new Map<string, Omit<RateLine, 'colour'>>();
    for (const setting of analysis.settings) {
      const rate = setting.hyperparameters.learningRate;
      if (rate === undefined) continue;
      // Not by label: two values may look alike in three digits.
      const { learningRate: _, ...rest } = setting.hyperparameters;
      const key = JSON.stringify(Object.entries(rest).sort());
      const others = describeHyperparameters(setting, analysis.settings);
      const label = others === '' ? analysis.proxy : `${analysis.proxy}, ${others}`;
      const points = [...(byOthers.get(key)?.points ?? []), { rate, setting }];
      byOthers.set(key, { label, points });
    }
    return [...byOthers.values()];
  });
  return lines.map((line, i) => ({ ...line, colour: `var(--source${i % 7})` }));
}

/** The hyperparameters, without the rate, in which a setting differs from others; empty where all are alike. */
export function describeHyperparameters(
  { hyperparameters }: Pick<ProxySetting, 'hyperparameters'>,
  among: readonly Pick<ProxySetting, 'hyperparameters'>[],
): string {
  const names = new Set(among.flatMap((setting) => Object.keys(setting.hyperparameters)));
  return [...names]
    .filter((name) => name !== 'learningRate')
    .filter((name) => new Set(among.map((setting) => setting.hyperparameters[name])).size > 1)
    .map((name) => {
      const value = hyperparameters[name];
      return `${name} ${value === undefined ? 'unknown' : hyperparameterText(name, value)}`;
    })
    .join(', ');
}
