/** The phases of a run: appending one to a run whose mixture is decided while it trains, and what each one realised. */
import { join } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import { apportion, interleaving, makePhase, readPlan, realisedShares, writePhase } from '../recipe/index.js';
import type { ObservedLosses, PlanPhase, PlanSupply, RealisedPhase, RunSpec } from '../records.js';
import { readOutcome, readRunSpec, runFiles } from './folder.js';
import { lockFolder } from './lock.js';

export interface AppendOptions {
  /** Hash of the phase that the new one follows; for the first, `planHash` of `run.json`. */
  after: string;
  /** The losses that led to it, which become part of its hash. Default: none. */
  observed?: ObservedLosses;
}

/** Shares may miss 1 by this much. */
const shareTolerance = 1e-6;
const lockSeconds = 30;

/**
 * Appends a phase to the plan of a run that was prepared with `online`; a process that trains the run meanwhile is not
 * disturbed. Every source goes on in its stream where the phases before left it.
 *
 * The same call again finds the phase there, whatever was appended since. So a controller that was killed repeats its
 * decisions from the first, or reads them with `readPlan` and goes on after the last.
 *
 * @param shares of the phase's tokens by source; a source that is not named gets none
 * @param steps whole optimizer steps of the phase
 * @throws AssayError when the run ended or its plan was known in advance, when another phase follows `after`, and when
 *   shares, steps or losses do not fit the run
 */
export async function appendPhase(
  runFolder: string,
  shares: Readonly<Record<string, number>>,
  steps: number,
  options: AppendOptions,
): Promise<PlanPhase> {
  const spec = readRunSpec(runFolder);
  const unlock = await lockFolder(join(runFolder, runFiles.plan), lockSeconds);
  try {
    const { supply, phases } = readPlan(runFolder);
    const refuse = refusal(spec);
    if (supply === undefined) throw refuse('its plan was known in advance', {});
    const hashes = [supply.hash, ...phases.map(({ hash }) => hash)];
    const index = hashes.indexOf(options.after);
    if (index < 0) throw refuse('no phase has the hash that was given', { got: options.after });

    const earlier = phases.slice(0, index);
    requireFit(spec, supply, earlier, shares, steps, options);
    const given = givenBy(earlier);
    const sources = chosenWindows(supply, given, shares, steps * spec.batch, refuse);
    const made = makePhase(supply, { sources, given, ...options }, interleaving(supply.key));
    const present = phases[index];
    if (present?.hash === made.phase.hash) return present;
    if (present !== undefined) {
      throw refuse('another phase is there', { expected: made.phase.hash, got: present.hash });
    }
    if (readOutcome(runFolder, spec) !== undefined) throw refuse('it has ended', {});
    await writePhase(runFolder, index, made);
    return made.phase;
  } finally {
    unlock();
  }
}

/** What the phases of a run realised; undefined for a plan of one phase that was known in advance. */
export function realisedPhases(runFolder: string, { batch }: RunSpec): RealisedPhase[] | undefined {
  const { supply, phases } = readPlan(runFolder);
  if (supply === undefined && phases.length === 1) return undefined;
  return phases.map((phase) => ({
    hash: phase.hash,
    steps: phase.windows / batch,
    shares: realisedShares(phase),
  }));
}

type Refuse = (problem: string, details: { expected?: string; got?: string; fix?: string }) => AssayError;

const refusal =
  ({ id }: RunSpec): Refuse =>
  (problem, details) =>
    new AssayError(`run ${id}: next phase`, problem, { ...details, exitCode: ExitCode.data });

function requireFit(
  spec: RunSpec,
  supply: PlanSupply,
  earlier: readonly PlanPhase[],
  shares: Readonly<Record<string, number>>,
  steps: number,
  { observed }: AppendOptions,
): void {
  const refuse = refusal(spec);
  const known = supply.sources.map(({ source }) => source);
  const unknown = Object.keys(shares).find((source) => !known.includes(source));
  if (unknown !== undefined) throw refuse(`no source is named "${unknown}"`, { expected: known.join(', ') });
  const values = Object.values(shares);
  const total = values.reduce((sum, share) => sum + share, 0);
  if (!values.every((share) => share >= 0) || !(Math.abs(total - 1) <= shareTolerance))
    throw refuse('its shares do not fit', {
      expected: 'shares of at least 0 that add up to 1',
      got: JSON.stringify(shares),
    });
  const left = spec.steps - earlier.reduce((sum, { windows }) => sum + windows / spec.batch, 0);
  if (left === 0) throw refuse('the phases reach the end of the run', {});
  if (!Number.isInteger(steps) || steps < 1 || steps > left)
    throw refuse('its length does not fit the run', { expected: `1 to ${left} steps`, got: String(steps) });
  const losses = observed && [observed.step, ...Object.values(observed.lossNats)];
  if (losses?.some((value) => !Number.isFinite(value)))
    throw refuse('the losses that led to it are no numbers', { got: JSON.stringify(observed) });
}

/** Windows of each source in `phases`. */
function givenBy(phases: readonly PlanPhase[]): Record<string, number> {
  const given: Record<string, number> = {};
  for (const { sources } of phases)
    for (const { source, windows } of sources) given[source] = (given[source] ?? 0) + windows;
  return given;
}

/** Whole windows of each source, no more than it has left. */
function chosenWindows(
  { context, sources }: PlanSupply,
  given: Readonly<Record<string, number>>,
  shares: Readonly<Record<string, number>>,
  total: number,
  refuse: Refuse,
): { source: string; share: number; windows: number }[] {
  const asked = sources.map(({ source }) => shares[source] ?? 0);
  const windows = apportion(total, asked);
  return sources.map(({ source, availableWindows, repeat }, i) => {
    const left = availableWindows * repeat - (given[source] ?? 0);
    if (windows[i]! > left) {
      const tokens = (count: number) => `${(count * (context + 1)).toLocaleString('en')} tokens`;
      throw refuse(`source "${source}" has too few tokens left`, {
        expected: `at most ${tokens(left)}`,
        got: tokens(windows[i]!),
        fix: 'Give it a smaller share.',
      });
    }
    return { source, share: asked[i]!, windows: windows[i]! };
  });
}
