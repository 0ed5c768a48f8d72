/** What a proxy is compared with: a target, another proxy, or its own other settings; and whether that was tuned. */
import type { Report, TransferAnalysis } from '../../records.js';

export type TransferKind = 'target' | 'proxy' | 'itself';

/** Where nothing says which of its models a study means its recipes for, it is the one that was compared with. */
export function kindOf(
  { proxy, target }: Pick<TransferAnalysis, 'proxy' | 'target'>,
  { compared = [] }: Pick<Report, 'compared'>,
): TransferKind {
  if (target === proxy) return 'itself';
  return compared.some(({ model, role }) => model === target && role === 'proxy') ? 'proxy' : 'target';
}

/** Each recipe could choose among settings: with one, there is nothing to tune. */
export function isTuned({ tuned }: Pick<TransferAnalysis, 'tuned'>): boolean {
  return tuned.some(({ settings }) => settings > 1);
}

/** `tuned target`, or `target` where it was trained in one setting only. */
export function targetName(analysis: Pick<TransferAnalysis, 'tuned'>): string {
  return isTuned(analysis) ? 'tuned target' : 'target';
}
