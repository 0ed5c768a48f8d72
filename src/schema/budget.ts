/** What a study may spend, as people write it: `10m`, `2h`, `90 s`, `3 GPU-hours`, `1e17 FLOPs`. */
import { z } from 'zod';
import type { BudgetLimit } from '../records.js';
import { says } from './values.js';

const secondsOf: Record<string, number> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
};

const budgetPattern = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-z][a-z-]*)$/i;

export const budgetExpectation =
  'a time such as 10m or 2h, or GPU-hours such as "3 GPU-hours", or FLOPs such as "1e17 FLOPs"';

/** Undefined when the text is no amount above 0 of one of these. The case of the unit does not matter. */
export function parseBudget(text: string): BudgetLimit | undefined {
  const [, amount, unit] = budgetPattern.exec(text.trim()) ?? [];
  const value = Number(amount);
  if (unit === undefined || !(value > 0 && Number.isFinite(value))) return undefined;
  const word = unit.toLowerCase().replace(/(..)s$/, '$1');
  const seconds = secondsOf[word];
  if (seconds !== undefined) return { kind: 'seconds', seconds: value * seconds };
  if (word === 'gpu-hour' || word === 'gpu-h') return { kind: 'gpuHours', hours: value };
  return word === 'flop' ? { kind: 'flops', flops: value } : undefined;
}

const rule = says(budgetExpectation);
export const budgetShape = z
  .string(rule)
  .refine((text) => parseBudget(text) !== undefined, rule)
  .optional()
  .describe(
    'What the study may spend, data preparation included. What `proxy` leaves out of `model`, `tokens`, `batch`, ' +
      '`context` and `seeds` is then chosen for it, once: a time for this machine, or GPU-hours or FLOPs for another. ' +
      'Default: none, and `proxy` says all of it. Example: `2h`.',
  )
  .meta({ examples: ['2h', '10m', '3 GPU-hours', '1e17 FLOPs'] });
