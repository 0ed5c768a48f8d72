/** Questions that the parts of a report of mixtures ask of it. */
import type { ComparedMixture, FitExamination, HeldOut, MixtureReport } from '../../mixture/index.js';
import { mean } from '../../stats/index.js';
import { type Shortened, shortened } from './names.js';

/** As charts and tables show them. */
export interface ShownNames {
  /** [domains] */
  domains: string[];
  /** By their column. */
  metrics: ReadonlyMap<string, string>;
  /** What was left out of either. */
  without: { domains: Shortened; metrics: Shortened };
}

export function namesIn({ domains, fits }: MixtureReport): ShownNames {
  const full = fits.map(({ name }) => name);
  const without = { domains: shortened(domains), metrics: shortened(full) };
  const metrics = new Map(full.map((name, i) => [name, without.metrics.names[i]!]));
  return { domains: without.domains.names, metrics, without };
}

/** The mixture that is proposed; undefined where only fits are reported. */
export function proposedIn({ proposal }: MixtureReport): ComparedMixture | undefined {
  return proposal?.compared[1];
}

export function isObjective({ proposal }: MixtureReport, metric: string): boolean {
  return proposal?.weights[metric] !== undefined;
}

/** What a fit is judged by: runs of the test set where there are some. */
export function judgedBy({ heldOut }: FitExamination): HeldOut | undefined {
  return heldOut[0];
}

/** Means over the metrics that were judged; undefined where none was. */
export function meanJudgement({ fits }: MixtureReport): { spearman: number; coverage?: number } | undefined {
  const judged = fits.flatMap((fit) => judgedBy(fit) ?? []);
  const ranks = judged.flatMap(({ spearman }) => spearman ?? []);
  if (ranks.length === 0) return undefined;
  const coverages = judged.flatMap(({ coverage }) => coverage ?? []);
  return { spearman: mean(ranks), ...(coverages.length > 0 && { coverage: mean(coverages) }) };
}

/** Indices of domains as every figure orders them: by share in the proposal, or else by mean importance. */
export function domainOrder(report: MixtureReport): number[] {
  const proposed = proposedIn(report);
  const weight = (domain: number) =>
    proposed?.mixture[domain] ??
    report.fits.reduce((sum, { importance }) => sum + Math.max(0, importance?.[domain] ?? 0), 0);
  return report.domains.map((_, domain) => domain).sort((a, b) => weight(b) - weight(a));
}
