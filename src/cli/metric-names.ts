/** Columns of losses as a user names them on the command line. */
import { AssayError } from '../errors.js';
import type { MixtureRuns } from '../mixture/index.js';
import { didYouMean } from '../schema/index.js';

/** `name`, or `name=weight`. */
export function weightsIn(text: string, runs: MixtureRuns): [string, number][] {
  const at = text.lastIndexOf('=');
  const weight = at < 1 ? 1 : Number(text.slice(at + 1));
  return metricsIn(at < 1 ? text : text.slice(0, at), runs).map((name) => [name, weight]);
}

/** `all` names every column. */
export function metricsIn(text: string, runs: MixtureRuns): string[] {
  return text === 'all' ? runs.metrics : [metricIn(text, runs)];
}

/** The column of that name, or the only one whose name has the text in it. */
export function metricIn(text: string, { metrics }: MixtureRuns): string {
  if (metrics.includes(text)) return text;
  const holding = metrics.filter((metric) => metric.includes(text));
  if (holding.length === 1) return holding[0]!;
  const fix = didYouMean(text, metrics);
  throw new AssayError(
    `metric "${text}"`,
    holding.length === 0 ? 'no such column' : 'may be several columns',
    {
      expected: `one of ${(holding.length === 0 ? metrics : holding).join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    },
  );
}
