/** The phases of a plan that are there so far, each of which must follow the one before. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { PlanPhase, PlanSupply } from '../records.js';
import { readJson } from '../store/index.js';
import { supplyName } from './plan.js';

export interface Plan {
  /** What `run.json` names: the hash of the supply, or of the last phase where all were known in advance. */
  hash: string;
  /** Absent where all phases were known in advance. */
  supply?: PlanSupply;
  phases: PlanPhase[];
  /** Of all phases. */
  windows: number;
}

/** @throws AssayError when the run folder holds no plan, or a phase that does not follow the one before */
export function readPlan(runFolder: string): Plan {
  const supply = readJson<PlanSupply>(join(runFolder, 'plan', supplyName));
  const phases: PlanPhase[] = [];
  for (let last = supply?.hash; ; last = phases.at(-1)!.hash) {
    const file = phaseFile(runFolder, phases.length, 'json');
    const phase = readJson<PlanPhase>(file);
    if (phase === undefined) break;
    if (phase.after !== last) {
      const [expected, got] = [last ?? 'nothing before it', phase.after ?? 'nothing before it'];
      throw new AssayError(file, 'does not follow the phase before', { expected, got });
    }
    phases.push(phase);
  }
  const hash = supply?.hash ?? phases.at(-1)?.hash;
  if (hash === undefined) throw new AssayError(runFolder, 'holds no plan', { expected: 'plan/phase-0.json' });
  const windows = phases.reduce((sum, phase) => sum + phase.windows, 0);
  return { hash, ...(supply && { supply }), phases, windows };
}

/** A byte a window: an index into the sources of the phase. @throws AssayError when it is not what the phase describes */
export function readSequence(runFolder: string, index: number, phase: PlanPhase): Uint8Array {
  const file = phaseFile(runFolder, index, 'bin');
  const sequence = readFileSync(file);
  if (sequence.length === phase.windows) return sequence;
  throw new AssayError(file, `not what phase-${index}.json describes`, {
    expected: `${phase.windows} windows`,
    got: String(sequence.length),
  });
}

export function phaseFile(runFolder: string, index: number, extension: 'json' | 'bin'): string {
  return join(runFolder, 'plan', `phase-${index}.${extension}`);
}
