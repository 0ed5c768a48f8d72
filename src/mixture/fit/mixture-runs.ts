/** Two tables to training runs: what each run was trained on, and the losses that it reached. */
import { AssayError } from '../../errors.js';
import type { Matrix } from '../regressors/regressor.js';
import { readTable, type Table } from './tables.js';

export interface MixtureRuns {
  /** [runs] The index that both tables give a run. */
  index: string[];
  /** [domains] Columns of the mixtures. */
  domains: string[];
  /** [runs, domains] Shares of the training tokens, at least 0; each row adds up to 1. */
  mixtures: Matrix;
  /** [metrics] Columns of the losses. */
  metrics: string[];
  /** [metrics][runs] Losses, such as nats per token. */
  losses: Float64Array[];
}

/** Rounded shares miss 1 by a little; more than this is another mistake. */
const sumTolerance = 0.05;

/**
 * Reads the mixtures and the losses of the same runs, joined by their index whatever the order of the rows; shares are
 * normalised to add up to 1.
 *
 * @param domains the order of columns to bring the mixtures into, such as that of the runs that were fitted; default as
 *   in the file
 * @throws AssayError as `readTable`, and for runs that only one of the tables has, a negative share, shares that add up
 *   to something else than 1 ± 0.05, and domains other than `domains`
 * @example await readMixtureRuns('train_mixture_1m.csv', 'train_pile_loss_1m.csv')
 */
export async function readMixtureRuns(
  mixturesFile: string,
  lossesFile: string,
  domains?: string[],
): Promise<MixtureRuns> {
  const mixtures = await readTable(mixturesFile);
  const losses = await readTable(lossesFile);
  const place = new Map(losses.index.map((index, row) => [index, row]));
  refuseOnlyIn(mixtures, losses);
  refuseOnlyIn(losses, mixtures);
  const metrics = losses.columns;
  return {
    index: mixtures.index,
    domains: domains ?? mixtures.columns,
    mixtures: sharesOf(mixtures, domains ?? mixtures.columns),
    metrics,
    losses: metrics.map((_, metric) =>
      Float64Array.from(
        mixtures.index,
        (index) => losses.numbers.values[place.get(index)! * metrics.length + metric]!,
      ),
    ),
  };
}

function refuseOnlyIn(table: Table, other: Table): void {
  const there = new Set(other.index);
  const missing = table.index.filter((index) => !there.has(index));
  if (missing.length > 0)
    throw new AssayError(other.file, `no row for ${missing.length} of the runs of ${table.file}`, {
      expected: `index "${missing[0]}"`,
      fix: 'Give both files one row a run, with the same index in the first column.',
    });
}

function sharesOf({ file, columns, index, numbers }: Table, domains: string[]): Matrix {
  const missing = domains.find((domain) => !columns.includes(domain));
  const surplus = columns.find((column) => !domains.includes(column));
  if (missing !== undefined || surplus !== undefined)
    throw new AssayError(file, 'other domains than those fitted', {
      expected: missing === undefined ? `no column "${surplus}"` : `a column "${missing}"`,
    });
  const places = domains.map((domain) => columns.indexOf(domain));
  const values = new Float64Array(index.length * domains.length);
  for (let row = 0; row < index.length; row++) {
    const weights = places.map((at) => numbers.values[row * columns.length + at]!);
    const negative = weights.findIndex((weight) => weight < 0);
    if (negative >= 0)
      throw new AssayError(file, `index "${index[row]}": a share of "${domains[negative]}" below 0`, {
        got: `${weights[negative]}`,
      });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (!(Math.abs(sum - 1) <= sumTolerance))
      throw new AssayError(file, `index "${index[row]}": its shares do not add up to 1`, { got: `${sum}` });
    weights.forEach((weight, at) => {
      values[row * domains.length + at] = weight / sum;
    });
  }
  return { rows: index.length, columns: domains.length, values };
}
