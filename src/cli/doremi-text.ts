/** What DoReMi answers, for people: shares beside the reference's, and a recipe to paste into the study. */
import type { DoremiProposal } from '../doremi-run.js';
import { apportion } from '../recipe/index.js';

/** @param recipes names that the study has already */
export function doremiText(
  { mixture, prior, standardError, rounds, reference }: DoremiProposal,
  recipes: readonly string[],
): string {
  const domains = Object.keys(mixture).sort((a, b) => mixture[b]! - mixture[a]!);
  const width = Math.max('domain'.length, ...domains.map((domain) => domain.length));
  const line = (domain: string, before: string, after: string, error: string): string =>
    `${domain.padEnd(width)}  ${before.padStart(9)}  ${after.padStart(9)}  ${error}`.trimEnd();
  const rows = domains.map((domain) => {
    const error = standardError?.[domain];
    return line(
      domain,
      percent(prior[domain]!),
      percent(mixture[domain]!),
      error === undefined ? '' : `± ${percent(error)}`,
    );
  });
  const { runs, largestChange } = rounds.at(-1)!;
  const seeds = runs.length > 1 ? `${runs.length} seeds, ± their standard error` : 'one seed';
  return [
    line('domain', 'reference', 'DoReMi', ''),
    ...rows,
    '',
    `After ${rounds.length === 1 ? 'one round' : `${rounds.length} rounds`} (${seeds}); the largest change of the last: ${percent(largestChange)}`,
    `Weights step by step: ${runs.map(({ weights }) => weights).join(', ')}`,
    '',
    'recipes:',
    `  doremi: { ${recipeOf(mixture, domains, recipes.includes(reference) ? reference : undefined)} }`,
    '',
  ].join('\n');
}

/** Shares of four digits that add up to 1; documents are those that the reference selects. */
function recipeOf(
  mixture: Record<string, number>,
  domains: readonly string[],
  from: string | undefined,
): string {
  const units = 10_000;
  const parts = apportion(
    units,
    domains.map((domain) => mixture[domain]!),
  );
  const shares = domains.map((domain, i) => `${domain}: ${parts[i]! / units}`);
  return [...(from === undefined ? [] : [`from: ${from}`]), ...shares].join(', ');
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
