/** Reading a plan: any windows of a run, from any point on, so that a resumed run reads what an unbroken one would. */
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { PlanSource } from '../records.js';
import { canonicalJson } from '../store/index.js';
import { type Plan, phaseFile, readPlan, readSequence } from './phases.js';
import { SourceStream } from './stream.js';

export interface PlanReader extends Plan {
  /** Windows `from` … `from + count − 1` of the run through all of its phases, Int32 [count, context + 1]. */
  read(from: number, count: number): Promise<Int32Array>;
  close(): void;
}

/**
 * Opens the phases that are there now; those that are appended later are not seen.
 * @throws AssayError when the run folder holds no plan, or a file that it names is missing or too short
 */
export function openPlan(runFolder: string): PlanReader {
  const plan = readPlan(runFolder);
  const { windows, phases } = plan;
  const { names, sequence } = joinPhases(runFolder, plan);
  const context = phases[0]?.context ?? plan.supply!.context;
  const streams = names.map(({ order, tokens, tokenBytes }) => {
    const files = typeof tokens === 'string' ? [{ path: tokens }] : tokens;
    const absolute = files.map((part) => ({ ...part, path: join(runFolder, part.path) }));
    return new SourceStream({ order: join(runFolder, order), tokens: absolute }, tokenBytes, context);
  });
  /** Windows that each source gave before window `at` of the run. */
  let given = new Float64Array(streams.length);
  let at = 0;

  return {
    ...plan,
    async read(from, count) {
      if (from < 0 || from + count > windows) {
        const [expected, got] = [`windows 0 to ${windows - 1}`, `${from} to ${from + count - 1}`];
        throw new AssayError(join(runFolder, 'plan'), 'windows outside of the plan', { expected, got });
      }
      if (from < at) {
        given = new Float64Array(streams.length);
        at = 0;
      }
      for (; at < from; at++) given[sequence[at]!]!++;
      const out = new Int32Array(count * (context + 1)); // [count, context + 1]
      for (; at < from + count; at++) {
        const source = sequence[at]!;
        const row = (at - from) * (context + 1);
        streams[source]!.read(given[source]!++, out.subarray(row, row + context + 1));
      }
      return out;
    },
    close() {
      for (const stream of streams) stream.close();
    },
  };
}

/**
 * All phases as one sequence of indices into the sources of all of them.
 * @throws AssayError when a source is not the stream that it was in an earlier phase, or goes on elsewhere
 */
function joinPhases(runFolder: string, plan: Plan): { names: PlanSource[]; sequence: Uint8Array } {
  const names: PlanSource[] = [];
  const given = new Map<string, number>();
  const sequence = new Uint8Array(plan.windows);
  let at = 0;
  for (const [k, phase] of plan.phases.entries()) {
    const index = phase.sources.map((source) => {
      const known = names.findIndex((each) => each.source === source.source);
      requireContinuation(
        phaseFile(runFolder, k, 'json'),
        source,
        names[known],
        given.get(source.source) ?? 0,
      );
      given.set(source.source, (given.get(source.source) ?? 0) + source.windows);
      return known < 0 ? names.push(source) - 1 : known;
    });
    for (const own of readSequence(runFolder, k, phase)) sequence[at++] = index[own]!;
  }
  return { names, sequence };
}

function requireContinuation(
  file: string,
  source: PlanSource,
  earlier: PlanSource | undefined,
  given: number,
): void {
  const { first = 0 } = source;
  const stream = ({ order, tokens, tokenBytes }: PlanSource) => canonicalJson({ order, tokens, tokenBytes });
  if (first === given && (earlier === undefined || stream(earlier) === stream(source))) return;
  throw new AssayError(file, `source "${source.source}" does not go on where the phases before it ended`, {
    expected: `window ${given} of ${(earlier ?? source).order}`,
    got: `window ${first} of ${source.order}`,
  });
}
