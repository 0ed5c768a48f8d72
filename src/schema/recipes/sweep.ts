/** `threshold:` stands for several recipes, one for each value that a signal is limited to. */
import { sqlName } from '../../store/index.js';
import type { Problem } from '../problems.js';
import type { MergedRecipe, Written } from './inherit.js';

export interface Variant {
  name: string;
  /** The condition that is added to each limited source. */
  limits: ReadonlyMap<string, Written>;
}

/**
 * @param taken names of recipes; those of the variants are added
 * @returns the recipe itself when it has no threshold
 */
export function sweep(
  name: string,
  { threshold, sources }: MergedRecipe,
  taken: Set<string>,
  problems: Problem[],
): Variant[] {
  if (threshold === undefined) return [{ name, limits: new Map() }];
  const path = ['recipes', name, 'threshold'];
  const { column, atMost, atLeast } = threshold;
  if ((atMost === undefined) === (atLeast === undefined)) {
    const got = atMost === undefined ? 'neither' : 'both';
    problems.push({ path, problem: 'no values to try', expected: 'either "atMost" or "atLeast"', got });
    return [];
  }
  const limited = threshold.sources === undefined ? [...sources.keys()] : [threshold.sources].flat();
  for (const source of limited.filter((source) => !sources.has(source)))
    problems.push({ path: [...path, 'sources'], problem: `"${source}" is no source of recipe "${name}"` });
  return [atMost ?? atLeast!].flat().map((value) => {
    const variant = `${name}-${value}`;
    if (taken.has(variant))
      problems.push({ path, atKey: true, problem: `there are two recipes named "${variant}"` });
    taken.add(variant);
    const sql = `${sqlName(column)} ${atMost === undefined ? '>=' : '<='} ${value}`;
    const condition = { sql, path: [...path, 'column'] };
    return { name: variant, limits: new Map(limited.map((source) => [source, condition])) };
  });
}
