/** From the recipes and parts that a study writes to their records: inherited, swept, checked, in canonical SQL. */
import { z } from 'zod';
import { type RepetitionPreset, repetitionThresholds } from '../../presets.js';
import type { PartSpec, RecipeSourceSpec, RecipeSpec } from '../../records.js';
import { sqlName } from '../../store/index.js';
import { didYouMean } from '../../suggest.js';
import { entriesOf, isMapping, namesOf } from '../entries.js';
import type { Problem } from '../problems.js';
import { columnsOf, sourceShape } from '../source.js';
import { Conditions, type KnownSignals } from './conditions.js';
import { type MergedRecipe, mergeRecipes, type Written, writtenAt } from './inherit.js';
import { partShape } from './part.js';
import { recipeShape } from './shape.js';
import { sweep } from './sweep.js';

/** Anything that reads documents; a part has conditions of another kind. */
const withWhere = z.looseObject({
  path: z.unknown(),
  where: z.string().optional(),
  of: z.undefined().optional(),
});

/** A recipe's shares may miss 1 by this much. */
const shareTolerance = 1e-6;

export interface StudyRecipes {
  recipes: Record<string, RecipeSpec>;
  parts: Record<string, PartSpec>;
  problems: Problem[];
}

/**
 * Looks at whatever sources and recipes of the study have the right shape.
 * @param study as parsed from YAML
 */
export async function resolveStudyRecipes(study: unknown, signals: KnownSignals): Promise<StudyRecipes> {
  if (!isMapping(study)) return { recipes: {}, parts: {}, problems: [] };
  const parts = new Map(entriesOf(study.sources, partShape));
  // A source with another problem still has a name.
  const sources = namesOf(study.sources).filter((name) => !parts.has(name) && !isPart(study.sources, name));
  const ownColumns = entriesOf(study.sources, sourceShape).flatMap(([name, { columns }]) =>
    columns === undefined ? [] : [[name, Object.keys(columnsOf(columns))] as const],
  );
  const conditions = new Conditions(signals, namesOf(study.languageModels), new Map(ownColumns));

  const { merged, problems } = mergeRecipes({
    recipes: new Map(entriesOf(study.recipes, recipeShape)),
    names: namesOf(study.recipes),
    sources,
    parts: namesOf(study.sources).filter((name) => !sources.includes(name)),
  });
  problems.push(...(await takenNames(conditions, ownColumns)));
  for (const section of ['sources', 'validate']) {
    for (const [name, { where }] of entriesOf(study[section], withWhere))
      if (where !== undefined) await conditions.checkRows({ sql: where, path: [section, name, 'where'] });
  }
  const partSpecs: [string, PartSpec][] = [];
  for (const [name, { of, where }] of parts) {
    problems.push(...partProblems(name, of, sources));
    const written = writtenAt(where, ['sources', name, 'where']);
    if (sources.includes(of)) partSpecs.push([name, { of, where: await conditions.of(of, written) }]);
  }

  const specs: [string, RecipeSpec][] = [];
  const taken = new Set(namesOf(study.recipes));
  for (const [name, recipe] of merged) {
    problems.push(...shareProblems(name, recipe), ...overlapProblems(name, recipe, parts));
    const variants = sweep(name, recipe, taken, problems);
    for (const variant of variants) specs.push([variant.name, await specOf(recipe, variant.limits)]);
  }
  return {
    recipes: Object.fromEntries(specs),
    parts: Object.fromEntries(partSpecs),
    problems: [...problems, ...conditions.problems],
  };

  async function specOf(recipe: MergedRecipe, limits: ReadonlyMap<string, Written>): Promise<RecipeSpec> {
    const entries: [string, RecipeSourceSpec][] = [];
    for (const [source, { weight, repeat = 1, where, repetition = recipe.repetition }] of recipe.sources) {
      const limit = limits.get(source);
      const written = [...recipe.where, ...where, ...presetConditions(repetition), ...(limit ? [limit] : [])];
      const kept = await conditions.of(parts.get(source)?.of ?? source, written);
      entries.push([source, { ...(weight !== undefined && { weight }), repeat, where: kept }]);
    }
    const natural = entries.every(([, { weight }]) => weight === undefined);
    const { stages } = recipe;
    const kind = natural ? 'natural' : 'shares';
    return { kind, sources: Object.fromEntries(entries), ...(stages && { stages }) };
  }
}

/** A document is dropped if any measurement exceeds its threshold. */
function presetConditions(preset: RepetitionPreset | undefined): Written[] {
  if (preset === undefined) return [];
  const limits = Object.entries(repetitionThresholds[preset]);
  return limits.map(([column, limit]) => ({ sql: `${sqlName(column)} <= ${limit}`, path: ['recipes'] }));
}

function isPart(section: unknown, name: string): boolean {
  const entry = isMapping(section) ? section[name] : undefined;
  return isMapping(entry) && 'of' in entry && !('path' in entry);
}

async function takenNames(
  conditions: Conditions,
  ownColumns: (readonly [string, readonly string[]])[],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [source, own] of ownColumns) {
    const all = await conditions.columnsOf(source);
    const signals = all.slice(0, all.length - own.length).map(({ name }) => name.toLowerCase());
    for (const column of own.filter((name) => signals.includes(name.toLowerCase())))
      problems.push({
        path: ['sources', source, 'columns', column],
        problem: `"${column}" is the name of a signal`,
        fix: `Carry it along under another name, such as { source_${column}: ${column} }.`,
      });
  }
  return problems;
}

function partProblems(name: string, of: string, sources: readonly string[]): Problem[] {
  if (sources.includes(of)) return [];
  const fix = didYouMean(of, sources);
  return [{ path: ['sources', name, 'of'], problem: `no source is named "${of}"`, ...(fix && { fix }) }];
}

function shareProblems(name: string, { sources }: MergedRecipe): Problem[] {
  const path = ['recipes', name];
  const weights = [...sources.values()].map(({ weight }) => weight);
  if (weights.every((weight) => weight === undefined)) return [];
  const without = [...sources].find(([, { weight }]) => weight === undefined);
  if (without !== undefined)
    return [
      {
        path,
        atKey: true,
        problem: `source "${without[0]}" of recipe "${name}" has no weight, but others have one`,
        expected: 'a weight for every source of the recipe, or for none',
      },
    ];
  const total = weights.reduce<number>((sum, weight) => sum + weight!, 0);
  if (Math.abs(total - 1) <= shareTolerance) return [];
  return [
    {
      path,
      atKey: true,
      problem: `the shares of recipe "${name}" do not fit`,
      expected: 'shares that add up to 1',
      got: String(Number(total.toPrecision(7))),
    },
  ];
}

/** A document must not be met twice because two names stand for it. */
function overlapProblems(
  name: string,
  { sources }: MergedRecipe,
  parts: ReadonlyMap<string, z.output<typeof partShape>>,
): Problem[] {
  return [...sources.keys()].flatMap((source) => {
    const of = parts.get(source)?.of;
    if (of === undefined || !sources.has(of)) return [];
    return [
      {
        path: ['recipes', name],
        atKey: true,
        problem: `recipe "${name}" has "${source}" and "${of}", the source that it is a part of`,
        fix: `Use one of them, or a part that is the rest of "${of}".`,
      },
    ];
  });
}
