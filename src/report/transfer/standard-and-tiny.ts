/** Two rates of the proxy that figures hold against each other: a standard one, and a tiny one. */
import type { RateBand, TransferAnalysis } from '../../records.js';

export interface ComparedRate {
  /** `only`: the proxy was trained at no other. */
  name: 'standard' | 'tiny' | 'only';
  rate: number;
}

/** The rule of thumb: tiny is an order of magnitude below the tuned rate. */
const tinyFactor = 10;

/**
 * Standard is the trained rate next to the tuned one; where that is not known, the rate at which most recipes do best,
 * the smaller of equals. Tiny is the trained rate next to a tenth of it, at least three times below it. Neither is
 * chosen by how well it transfers.
 */
export function standardAndTiny({ curves, heatMap }: TransferAnalysis, band?: RateBand): ComparedRate[] {
  const rates = heatMap.proxyRates;
  if (rates.length < 2) return rates.map((rate) => ({ name: 'only', rate }));
  const standard =
    band === undefined ? commonest(curves.proxy.map(({ best }) => best)) : nearest(rates, band.tuned);
  if (standard === undefined) return [];
  const below = rates.filter((rate) => rate <= standard / 3);
  const tiny = nearest(below, standard / tinyFactor);
  return [
    { name: 'standard', rate: standard },
    ...(tiny === undefined ? [] : [{ name: 'tiny' as const, rate: tiny }]),
  ];
}

function nearest(rates: readonly number[], wanted: number): number | undefined {
  const distance = (rate: number) => Math.abs(Math.log(rate / wanted));
  return [...rates].sort((a, b) => distance(a) - distance(b) || a - b)[0];
}

function commonest(rates: readonly number[]): number | undefined {
  const times = new Map<number, number>();
  for (const rate of rates) times.set(rate, (times.get(rate) ?? 0) + 1);
  return [...times].sort(([a, x], [b, y]) => y - x || a - b)[0]?.[0];
}
