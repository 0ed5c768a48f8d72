/** Where the study's learning rate lies against the tuned rate and the interval of tiny rates. */
import { rateText } from '../format.js';
import type { Prose } from '../prose.js';
import type { Undecided } from '../view.js';

export function rateSentences({ proxy, rateBand }: Undecided): Prose[] {
  const band = rateBand ?? proxy.choice;
  if (band === undefined) return [];
  const { learningRate } = proxy;
  const { tuned, low, high } = band;
  const where: string[] = [];
  if (high !== undefined)
    where.push(
      twoDigits(learningRate) <= twoDigits(high)
        ? `inside the bound (${rateText(high)})`
        : `above the bound (${rateText(high)}), so that effects of the second order may change the ranking`,
    );
  if (low !== undefined)
    where.push(
      twoDigits(learningRate) >= twoDigits(low)
        ? `above the lower end (${rateText(low)})`
        : `below the lower end (${rateText(low)}), where a ranking is one of word frequencies or of rounding`,
    );
  return [
    [`The rate ${rateText(learningRate)} is ${[againstTuned(learningRate, tuned), ...where].join(', ')}.`],
  ];
}

function againstTuned(rate: number, tuned: number): string {
  const factor = rate < tuned ? tuned / rate : rate / tuned;
  const named = `the tuned rate of this model and batch (${rateText(tuned)})`;
  if (factor < 1.05) return named;
  return `${Number(factor.toPrecision(2))} times ${rate < tuned ? 'below' : 'above'} ${named}`;
}

/** Rates are chosen to two digits, and so they are compared. */
const twoDigits = (rate: number): number => Number(rate.toPrecision(2));
