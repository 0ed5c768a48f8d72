/** Further rounds: where the next proxies should be trained, given what the last fit says. */

import { AssayError } from '../../errors.js';
import type { FittedRegressor, Matrix } from '../regressors/regressor.js';
import { l1Distance } from './clean.js';

/** `best`: where the fit is lowest (CLIMB); `uncertain`: where its error is largest; `mixed`: the two in turn. */
export type RoundRule = 'best' | 'uncertain' | 'mixed';

export interface RoundOptions {
  rule: RoundRule;
  /** Mixtures that have been trained already. */
  trained: readonly Float64Array[];
  /** Least L1 distance to a trained or chosen mixture, so that a round is not spent on one place. Default 0.05. */
  apart?: number;
}

/**
 * `count` of the candidates for the next round, each [domains]. Where too few are far enough apart, the distance asked
 * for is halved until there are enough.
 *
 * @param fit predicts a loss: lower is better
 * @throws AssayError where errors are asked of a fit that has none, and for too few candidates
 */
export function nextRound(
  fit: FittedRegressor,
  candidates: readonly Float64Array[],
  count: number,
  { rule, trained, apart = 0.05 }: RoundOptions,
): Float64Array[] {
  if (candidates.length < count)
    throw new AssayError('round', 'too few candidates', {
      expected: `${count}`,
      got: `${candidates.length}`,
    });
  const queues = orders(fit, candidates, rule);
  for (let distance = apart; ; distance = distance < 1e-4 ? 0 : distance / 2) {
    const chosen = choose(queues, candidates, count, trained, distance);
    if (chosen.length === count || distance === 0) return chosen;
  }
}

/** For each thing to look for, the candidates in the order in which it wants them. */
function orders(fit: FittedRegressor, candidates: readonly Float64Array[], rule: RoundRule): number[][] {
  const rows = rowsOf(candidates);
  const ascending = (key: Float64Array) => [...key.keys()].sort((a, b) => key[a]! - key[b]!);
  if (rule === 'best') return [ascending(fit.predict(rows))];
  if (fit.predictWithError === undefined)
    throw new AssayError('round', `"${rule}" needs a fit with errors`, {
      expected: 'a regressor such as gp',
      fix: 'Use the rule "best".',
    });
  const { mean, standardError } = fit.predictWithError(rows);
  const uncertain = ascending(standardError.map((error) => -error));
  return rule === 'uncertain' ? [uncertain] : [ascending(mean), uncertain];
}

function choose(
  queues: readonly number[][],
  candidates: readonly Float64Array[],
  count: number,
  trained: readonly Float64Array[],
  distance: number,
): Float64Array[] {
  const chosen: Float64Array[] = [];
  const next = queues.map(() => 0);
  const isFree = (mixture: Float64Array) =>
    distance === 0
      ? !chosen.includes(mixture)
      : [...trained, ...chosen].every((other) => l1Distance(mixture, other) >= distance);
  for (let turn = 0; chosen.length < count; turn = (turn + 1) % queues.length) {
    const queue = queues[turn]!;
    while (next[turn]! < queue.length && !isFree(candidates[queue[next[turn]!]!]!)) next[turn]!++;
    if (next[turn]! < queue.length) chosen.push(candidates[queue[next[turn]!++]!]!);
    else if (next.every((at, i) => at >= queues[i]!.length)) break;
  }
  return chosen;
}

/** Mixtures as the rows of one matrix. */
export function rowsOf(mixtures: readonly Float64Array[]): Matrix {
  const columns = mixtures[0]?.length ?? 0;
  const values = new Float64Array(mixtures.length * columns);
  mixtures.forEach((mixture, i) => {
    values.set(mixture, i * columns);
  });
  return { rows: mixtures.length, columns, values };
}
