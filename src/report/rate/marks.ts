/** The rates of a rate report that stand on one axis, largest first. */
import { float32Floor, lowerEndMargin } from '../../rate/index.js';
import type { RateReport } from '../../records.js';
import { percent } from '../format.js';

export interface RateMark {
  learningRate: number;
  /** A few words, for the table. */
  meaning: string;
  /** For the figure. */
  label: string;
  kind: 'tuned' | 'chosen' | 'bound' | 'low';
}

export function rateMarks({ sweep, choice, sgd, adam, lower, rounding }: RateReport): RateMark[] {
  const marks: RateMark[] = [
    { learningRate: sweep.tuned, meaning: 'tuned standard rate', label: 'tuned', kind: 'tuned' },
    { learningRate: choice.learningRate, meaning: 'chosen as tiny', label: 'tiny', kind: 'chosen' },
    {
      learningRate: float32Floor,
      meaning: 'lost in float32 on a parameter of size 1',
      label: '2⁻²³',
      kind: 'low',
    },
  ];
  for (const [bound, name] of [
    [adam, 'Adam'],
    [sgd, 'SGD'],
  ] as const) {
    if (bound === undefined) continue;
    const of = `Eq. (58), ${name}`;
    const add = (learningRate: number, meaning: string, label: string): void => {
      if (learningRate > 0) marks.push({ learningRate, meaning: `${of}: ${meaning}`, label, kind: 'bound' });
    };
    add(bound.allPairs, 'bound for all pairs', `${name}, all pairs`);
    if (bound.resolvedPairs !== undefined)
      add(bound.resolvedPairs, 'bound for all pairs that are no ties', `${name}, no ties`);
    if (bound.keeping !== undefined) {
      const share = percent(bound.keeping.share, 0);
      add(
        bound.keeping.bound,
        `bound that keeps ${share} of the pairs that are no ties`,
        `${name}, ${share} of pairs`,
      );
    }
  }
  if (sgd.clipped > 0)
    marks.push({
      learningRate: sgd.clipped,
      meaning: 'cheap form with G = the gradient clip, all pairs',
      label: 'clipped form',
      kind: 'bound',
    });
  if (lower !== undefined)
    marks.push(
      {
        learningRate: lower.learningRate,
        meaning: 'a run ends at the unigram entropy',
        label: 'unigram',
        kind: 'low',
      },
      {
        learningRate: lowerEndMargin * lower.learningRate,
        meaning: `lower end: ${lowerEndMargin} times that`,
        label: 'lower end',
        kind: 'low',
      },
    );
  if (rounding.floor !== undefined)
    marks.push({
      learningRate: rounding.floor,
      meaning: 'half of the updates are rounded away',
      label: 'half rounded away',
      kind: 'low',
    });
  return marks.sort((a, b) => b.learningRate - a.learningRate);
}
