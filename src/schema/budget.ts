/** What a study may spend, as people write it: `10m`, `2h`, `90 s`, `3 GPU-hours`, `1e17 FLOPs`. */
import { z } from 'zod';
import type { BudgetLimit, BudgetSpec, SizeOption } from '../records.js';
import { isMapping } from './entries.js';
import type { Problem } from './problems.js';
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

/** What stands for the model and the length of a run until they are chosen. */
const placeholders = { model: { layers: 2, width: 32, heads: 2 }, length: { tokensPerParameter: 1 } };
/** The name of a proxy whose model is chosen and that has none of its own. */
export const unnamed = `${placeholders.model.layers}x${placeholders.model.width}`;

/** The study as it would be without a budget: with something for what its proxy leaves to it. */
export function withPlaceholders(study: unknown): unknown {
  if (!isMapping(study) || study.budget === undefined) return study;
  const filled = (proxy: unknown): unknown => {
    if (!isMapping(proxy)) return proxy;
    const length = keptSizes(proxy).includes('tokens') ? {} : placeholders.length;
    return { model: placeholders.model, ...length, ...proxy };
  };
  // A list is refused, for that reason alone.
  return { ...study, proxy: Array.isArray(study.proxy) ? study.proxy.map(filled) : filled(study.proxy) };
}

/** The budget of a study, with the sizes that its proxy says itself. @param study as it is written */
export function budgetOf(text: string | undefined, study: unknown): { budget?: BudgetSpec } {
  if (text === undefined) return {};
  const proxy = isMapping(study) && isMapping(study.proxy) ? study.proxy : {};
  return { budget: { text, limit: parseBudget(text)!, keeps: keptSizes(proxy) } };
}

function keptSizes(proxy: Record<string, unknown>): SizeOption[] {
  const says = (option: string): boolean => proxy[option] !== undefined;
  const sizes: SizeOption[] = ['model', 'tokens', 'batch', 'context', 'seeds'];
  return sizes.filter((size) => says(size) || (size === 'tokens' && says('tokensPerParameter')));
}

/** A budget is for the runs of one proxy: it cannot know how they and other models should share it. */
export function budgetProblems(study: Record<string, unknown>): Problem[] {
  if (study.budget === undefined) return [];
  const proxy = isMapping(study.proxy) ? study.proxy : {};
  const [path, atKey] = [['budget'], true];
  const expected = 'one proxy without a sweep, and no target';
  const problem = 'a budget chooses the size of one proxy';
  if (Array.isArray(study.proxy)) return [{ path, atKey, problem, expected, got: 'a list of proxies' }];
  if (study.target !== undefined) return [{ path, atKey, problem, expected, got: 'a target' }];
  if (proxy.sweep !== undefined) return [{ path, atKey, problem, expected, got: 'a sweep' }];
  if (proxy.microBatch === undefined || proxy.batch !== undefined) return [];
  const fix = 'Say `batch` too, or leave `microBatch` out.';
  return [{ path: ['proxy', 'microBatch'], problem: 'the batch that it must divide is chosen', fix }];
}
