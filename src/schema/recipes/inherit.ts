/** What a recipe inherits: `from`, `without` and its own options become one list of sources, each with its conditions. */

import type { RepetitionPreset } from '../../presets.js';
import type { StageSpec } from '../../records.js';
import { didYouMean } from '../../suggest.js';
import type { Problem } from '../problems.js';
import type { StudyPath } from '../text.js';
import { type RecipeFile, type RecipeOptions, reservedWords, type SourceEntry } from './shape.js';
import { overallShares, readStages, sourcesOf, withoutSources } from './stages.js';

/** A condition as written, with its place. */
export interface Written {
  sql: string;
  path: StudyPath;
}

export interface MergedSource {
  weight?: number;
  repeat?: number;
  where: Written[];
  repetition?: RepetitionPreset;
}

export interface MergedRecipe {
  sources: Map<string, MergedSource>;
  where: Written[];
  repetition?: RepetitionPreset;
  threshold?: RecipeOptions['threshold'];
  /** The weights of `sources` are those of the whole run. */
  stages?: StageSpec[];
}

export interface Inheritance {
  /** Recipes as written that have the right shape. */
  recipes: ReadonlyMap<string, RecipeFile>;
  /** All names of recipes, those with another shape too. */
  names: readonly string[];
  sources: readonly string[];
  parts: readonly string[];
}

/** Merges every recipe; those with problems are left out. */
export function mergeRecipes(study: Inheritance): { merged: Map<string, MergedRecipe>; problems: Problem[] } {
  const problems: Problem[] = [];
  const merged = new Map<string, MergedRecipe | undefined>();
  const merge = (name: string, children: readonly string[]): MergedRecipe | undefined => {
    if (!merged.has(name)) merged.set(name, mergeOne(name, children));
    return merged.get(name);
  };
  const mergeOne = (name: string, children: readonly string[]): MergedRecipe | undefined => {
    const recipe = study.recipes.get(name)!;
    if (recipe === 'natural') return ownOptions({}, study.sources, ['recipes', name]);
    const parent = recipe.from;
    if (parent === undefined) return withOwn(undefined, name, recipe, study, problems);
    const path = ['recipes', name, 'from'];
    if (!study.names.includes(parent)) {
      const fix = didYouMean(
        parent,
        study.names.filter((other) => other !== name),
      );
      problems.push({ path, problem: `no recipe is named "${parent}"`, ...(fix && { fix }) });
      return undefined;
    }
    if (parent === name || children.includes(parent)) {
      const circle = [...children.slice(children.indexOf(parent)), name, parent].join(' → ');
      problems.push({
        path,
        problem: `recipes are made from each other: ${parent === name ? `${name} → ${name}` : circle}`,
      });
      return undefined;
    }
    const written = study.recipes.get(parent);
    if (written === undefined) return undefined;
    if (written !== 'natural' && written.threshold !== undefined) {
      problems.push({
        path,
        problem: `recipe "${parent}" stands for several`,
        expected: 'a recipe without a threshold',
      });
      return undefined;
    }
    const start = merge(parent, [...children, name]);
    return start && withOwn(start, name, recipe, study, problems);
  };
  for (const name of study.recipes.keys()) merge(name, []);
  const whole = [...merged].filter((entry): entry is [string, MergedRecipe] => entry[1] !== undefined);
  return { merged: new Map(whole), problems };
}

function withOwn(
  parent: MergedRecipe | undefined,
  name: string,
  recipe: RecipeOptions,
  study: Inheritance,
  problems: Problem[],
): MergedRecipe | undefined {
  const path = ['recipes', name];
  const before = problems.length;
  const own = Object.keys(recipe).filter((key) => !isReserved(key));
  const known = [...study.sources, ...study.parts];
  for (const source of own) unknown(source, known, [...path, source], true);
  const { without, stages: written = [] } = recipe;
  for (const [i, stage] of written.entries())
    for (const source of sourcesOf(stage)) unknown(source, known, [...path, 'stages', i, source], true);
  const left = without === undefined ? [] : [without].flat();

  // Without `from`, a recipe starts from all sources, unless it says which.
  const all = without !== undefined || (own.length === 0 && written.length === 0) ? study.sources : [];
  const start = parent ?? ownOptions({}, all, path);
  for (const [i, source] of left.entries())
    unknown(
      source,
      [...start.sources.keys()],
      [...path, 'without', ...(Array.isArray(without) ? [i] : [])],
      false,
    );
  if (problems.length > before) return undefined;

  const kept = [...start.sources].filter(([source]) => !left.includes(source));
  const merged = ownOptions(recipe, own, path);
  const sources = new Map(rescaled(kept, start, own, recipe));
  for (const [source, entry] of merged.sources) {
    const inherited = sources.get(source);
    sources.set(source, { ...inherited, ...entry, where: [...(inherited?.where ?? []), ...entry.where] });
  }
  for (const source of written.flatMap(sourcesOf))
    if (!sources.has(source)) sources.set(source, { where: [] });
  if (sources.size === 0) {
    problems.push({
      path,
      atKey: true,
      problem: `recipe "${name}" leaves out every source`,
      expected: 'at least one left',
    });
    return undefined;
  }
  const { threshold: _, stages: __, ...inherited } = start;
  const whole = { ...inherited, ...merged, sources, where: [...start.where, ...merged.where] };
  const stages =
    recipe.stages === undefined
      ? start.stages && withoutSources(start.stages, left)
      : readStages(recipe.stages, [...path, 'stages'], problems);
  if (stages !== undefined) return inStages(whole, stages, merged.sources, path, problems);
  if (recipe.stages === undefined && start.stages === undefined) return whole;
  if (recipe.stages === undefined)
    problems.push({
      path: [...path, 'without'],
      problem: 'a stage has no other source',
      expected: 'at least one left',
    });
  return undefined;

  function unknown(source: string, names: readonly string[], at: StudyPath, atKey: boolean): void {
    if (names.includes(source)) return;
    const fix = didYouMean(source, names);
    const what = known.includes(source)
      ? `"${source}" is no source of this recipe`
      : `no source is named "${source}"`;
    problems.push({ path: at, atKey, problem: what, ...(fix && { fix }) });
  }
}

/** The recipe with the sources that its stages name, each with its share of the whole run. */
function inStages(
  recipe: MergedRecipe,
  stages: StageSpec[],
  own: MergedRecipe['sources'],
  path: StudyPath,
  problems: Problem[],
): MergedRecipe | undefined {
  const before = problems.length;
  const shares = overallShares(stages);
  for (const [source, { weight }] of own) {
    if (weight !== undefined)
      problems.push({
        path: [...path, source],
        problem: `"${source}" has a share beside stages`,
        expected: 'its share in each stage',
      });
    if (!shares.has(source))
      problems.push({ path: [...path, source], atKey: true, problem: `"${source}" is in no stage` });
  }
  if (problems.length > before) return undefined;
  const sources = [...shares].map(([source, weight]): [string, MergedSource] => [
    source,
    { ...recipe.sources.get(source)!, weight },
  ]);
  return { ...recipe, sources: new Map(sources), stages };
}

/** Shares that are left when sources are taken out add up to 1 again, unless the recipe gives shares of its own. */
function rescaled(
  kept: [string, MergedSource][],
  start: MergedRecipe,
  own: string[],
  recipe: RecipeOptions,
): [string, MergedSource][] {
  const givesWeights = own.some((source) => entryOf(recipe[source]!).weight !== undefined);
  const total = kept.reduce((sum, [, { weight = 0 }]) => sum + weight, 0);
  if (kept.length === start.sources.size || givesWeights || total === 0) return kept;
  return kept.map(([source, { weight, ...entry }]) => [
    source,
    weight === undefined ? entry : { ...entry, weight: weight / total },
  ]);
}

/** What a recipe itself says about `sources`. */
function ownOptions(recipe: RecipeOptions, sources: readonly string[], path: StudyPath): MergedRecipe {
  const { repetition, threshold } = recipe;
  return {
    sources: new Map(
      sources.map((source) => {
        const { where, ...entry } = entryOf(recipe[source]);
        return [source, { ...defined(entry), where: writtenAt(where, [...path, source, 'where']) }];
      }),
    ),
    where: writtenAt(recipe.where, [...path, 'where']),
    ...defined({ repetition, threshold }),
  };
}

/** The conditions of a `where:`, each with its place. */
export function writtenAt(where: string | string[] | undefined, path: StudyPath): Written[] {
  if (where === undefined) return [];
  return Array.isArray(where) ? where.map((sql, i) => ({ sql, path: [...path, i] })) : [{ sql: where, path }];
}

function entryOf(entry: RecipeOptions[string] | undefined): SourceEntry {
  return typeof entry === 'number' ? { weight: entry } : ((entry ?? {}) as SourceEntry);
}

function isReserved(key: string): boolean {
  return (reservedWords as readonly string[]).includes(key);
}

/** Without the fields that are undefined, so that spreading them takes nothing away. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
