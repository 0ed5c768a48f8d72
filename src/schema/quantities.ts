/** Numbers as people write them: `1.5M` tokens, a share of `0.5 %`. */

const tokenUnits: Record<string, number> = { '': 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/** `200k`, `1.5M`, `2 B`, `1_000_000`; the unit's case does not matter. */
export const tokensPattern = /^\d[\d_]*(\.\d+)?\s*[kKmMbBtT]?$/;

/** A count of tokens, rounded to a whole number; undefined when the text is no such count. */
export function parseTokens(value: number | string): number | undefined {
  if (typeof value === 'number') return value;
  const unit = value.at(-1)!.toLowerCase();
  if (!tokensPattern.test(value)) return undefined;
  const factor = tokenUnits[unit] ?? 1;
  const digits = factor === 1 ? value : value.slice(0, -1);
  const tokens = Math.round(Number(digits.replaceAll('_', '').trim()) * factor);
  return tokens > 0 && Number.isSafeInteger(tokens) ? tokens : undefined;
}

/** `0.5 %`. */
export const percentPattern = /^\d+(\.\d+)?\s*%$/;

/** A share in (0, 1): 0.005 and `0.5 %` are the same; undefined when the value is no such share. */
export function parseShare(value: number | string): number | undefined {
  const share = typeof value === 'number' ? value : Number.parseFloat(value) / 100;
  return share > 0 && share < 1 ? share : undefined;
}
