/** A run's plan on disk: phases, each `plan/phase-<k>.json` and `plan/phase-<k>.bin` with the source of every window. */
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { Random } from '../random.js';
import type { ObservedLosses, PlanPhase, PlanSupply, Recipe, SupplySource, TokenStore } from '../records.js';
import { hashOf, stageVersions, writeMarked } from '../store/index.js';
import type { DocumentOrder } from './order.js';
import { interleave } from './sequence.js';

export interface PlanInput {
  recipe: Recipe;
  context: number;
  /** The run's order and token store of each source of the recipe. */
  sources: Record<
    string,
    { order: DocumentOrder; store: Pick<TokenStore, 'folder' | 'hash' | 'tokenBytes' | 'inPlace'> }
  >;
  /** Decides how sources interleave; the same for every recipe with the same seed when the order is paired. */
  random: Random;
}

/** What is decided about a phase. */
export interface PhaseChoice {
  /** In order of name. */
  sources: readonly { source: string; share: number; windows: number }[];
  /** Windows of each source in earlier phases; absent for the first phase of a plan that is known in advance. */
  given?: Readonly<Record<string, number>>;
  /** Hash of the phase before, or of the supply. */
  after?: string;
  observed?: ObservedLosses;
}

type Supply = Pick<PlanSupply, 'context'> & { sources: readonly Omit<SupplySource, 'availableWindows'>[] };

/** Writes the plan of a run whose shares are all known, or finds it there: a phase, or one for each stage. */
export async function writePlan(runFolder: string, input: PlanInput): Promise<PlanPhase[]> {
  const { recipe, context, random } = input;
  const supply = { context, sources: supplySources(runFolder, input) };
  const given: Record<string, number> = {};
  const phases: PlanPhase[] = [];
  for (const { sources } of recipe.stages ?? [recipe]) {
    const before = phases.at(-1);
    const choice = { sources, ...(before && { after: before.hash, given: { ...given } }) };
    const made = makePhase(supply, choice, random);
    await writePhase(runFolder, phases.length, made);
    phases.push(made.phase);
    for (const { source, windows } of sources) given[source] = (given[source] ?? 0) + windows;
  }
  return phases;
}

/**
 * Writes what phases are made of that are still to be decided, all sources of the recipe whatever their windows.
 * @param key its generator decides how sources interleave
 */
export async function writeSupply(
  runFolder: string,
  key: string,
  input: Omit<PlanInput, 'random'>,
): Promise<PlanSupply> {
  const { context } = input;
  const sources = supplySources(runFolder, input);
  const deciding = sources.map(({ source, orderHash, storeHash, repeat }) => ({
    source,
    orderHash,
    storeHash,
    repeat,
  }));
  const hash = hashOf({ stage: stageVersions.plan, context, key, supply: deciding });
  const supply = { hash, context, key, sources };
  await writeMarked(join(runFolder, 'plan'), supplyName, supply, {});
  return supply;
}

export const supplyName = 'supply.json';

/** The generator of a run's interleaving. */
export const interleaving = (key: string): Random => Random.fromSeed(key).split('interleave');

/** A phase and the source of each of its windows. Nothing is written. */
export function makePhase(
  { context, sources: supply }: Supply,
  { sources, given, after, observed }: PhaseChoice,
  random: Random,
): { phase: PlanPhase; sequence: Uint8Array } {
  const used = sources
    .filter(({ windows }) => windows > 0)
    .map((choice) => ({ ...choice, ...supply.find(({ source }) => source === choice.source)! }));
  const sequence = interleave(used, random);
  const led = { ...(after !== undefined && { after }), ...(observed && { observed }) };
  const hash = hashOf({
    stage: stageVersions.plan,
    ...led,
    context,
    sequence: createHash('sha256').update(sequence).digest('hex'),
    sources: used.map(({ source, orderHash, storeHash }) => ({ source, order: orderHash, store: storeHash })),
  });
  const phase: PlanPhase = {
    hash,
    ...led,
    context,
    windows: sequence.length,
    sources: used.map(({ source, windows, share, order, tokens, tokenBytes }) => ({
      source,
      windows,
      share,
      order,
      tokens,
      tokenBytes,
      ...(given && { first: given[source] ?? 0 }),
    })),
  };
  return { phase, sequence };
}

/** Writes phase `index`, whole or not at all, or finds it there. */
export function writePhase(
  runFolder: string,
  index: number,
  { phase, sequence }: ReturnType<typeof makePhase>,
): Promise<void> {
  const name = `phase-${index}`;
  return writeMarked(join(runFolder, 'plan'), `${name}.json`, phase, { [`${name}.bin`]: sequence });
}

/** Windows of each source as a share of all windows. */
export function realisedShares(phase: PlanPhase): Record<string, number> {
  return Object.fromEntries(phase.sources.map(({ source, windows }) => [source, windows / phase.windows]));
}

/** Paths are relative to the run folder, so that the results can move. */
function supplySources(runFolder: string, { recipe, sources }: Omit<PlanInput, 'random'>): SupplySource[] {
  return recipe.sources.map(({ source, availableWindows, repeat }) => {
    const { order, store } = sources[source]!;
    return {
      source,
      order: relative(runFolder, order.path),
      tokens:
        store.inPlace?.map((file) => ({ ...file, path: relative(runFolder, file.path) })) ??
        relative(runFolder, join(store.folder, 'tokens.bin')),
      tokenBytes: store.tokenBytes,
      orderHash: order.hash,
      storeHash: store.hash,
      availableWindows,
      repeat,
    };
  });
}
