/** A proposal for people: shares beside the prior's, what they are predicted to give, and how far to trust it. */
import { proposalWarnings, toPlain } from '../report/index.js';
import type { NamedProposal } from './propose-from-runs.js';

export function proposalText(proposal: NamedProposal): string {
  const { mixture, prior, limits, predicted, gain, distance, sampled, exact } = proposal;
  const domains = Object.keys(mixture).sort((a, b) => mixture[b]! - mixture[a]!);
  const shares = domains.map((domain) => [
    domain,
    percent(prior[domain]!),
    percent(mixture[domain]!),
    boundOf(mixture[domain]!, limits.lower[domain]!, limits.upper[domain]!),
  ]);
  const metrics = predicted.map(({ name, prior: before, proposal: after, standardError }) => [
    name,
    before.toFixed(4),
    after.toFixed(4),
    standardError === undefined ? '' : `± ${standardError.toFixed(4)}`,
  ]);
  return [
    table([['domain', 'prior', 'proposal', ''], ...shares]),
    table([['predicted', 'prior', 'proposal', ''], ...metrics]),
    `Gain over the prior: ${gain.estimate.toFixed(4)}${gain.low === undefined ? '' : `, 95 % interval ${gain.low.toFixed(4)} to ${gain.high!.toFixed(4)}`}${gainSource[gain.method]}`,
    ...(exact === undefined
      ? []
      : [
          `Objective under the fit: exact ${exact.cost.toFixed(5)}, RegMix’s proposer ${sampled.cost.toFixed(5)}`,
        ]),
    `Nearest trained mixture: ${percent(distance.nearest)} of tokens away (median among those trained ${percent(distance.median)})`,
    ...proposalWarnings(distance, distance.above, gain).map((text) => `Warning: ${toPlain(text)}`),
    '',
  ].join('\n');
}

const gainSource = {
  'predictive-errors': ' (of two single runs, by the fit’s errors)',
  refits: ' (spread over refits on resampled runs)',
  none: ' (no interval: the fit knows no errors)',
};

function boundOf(share: number, lower: number, upper: number): string {
  if (upper < 1 && upper - share < 1e-4) return 'at its largest';
  return lower > 0 && share - lower < 1e-4 ? 'at its least' : '';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Columns aligned, the first to the left and numbers to the right. */
function table(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return `${rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column === 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
