/** Reading a plan: any windows of a run, from any point on, so that a resumed run reads what an unbroken one would. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { PlanPhase } from '../records.js';
import { readJson } from '../store/index.js';
import { SourceStream } from './stream.js';

export interface PlanReader {
  phase: PlanPhase;
  /** Windows `from` … `from + count − 1` of the run, Int32 [count, context + 1]. */
  read(from: number, count: number): Promise<Int32Array>;
  close(): void;
}

/** @throws AssayError when the run folder holds no plan, or a file that it names is missing or too short */
export function openPlan(runFolder: string): PlanReader {
  const file = join(runFolder, 'plan', 'phase-0.json');
  const phase = readJson<PlanPhase>(file);
  if (phase === undefined)
    throw new AssayError(runFolder, 'holds no plan', { expected: 'plan/phase-0.json' });
  const sequence = readFileSync(join(runFolder, 'plan', 'phase-0.bin'));
  if (sequence.length !== phase.windows) {
    const [expected, got] = [`${phase.windows} windows`, String(sequence.length)];
    throw new AssayError(join(runFolder, 'plan', 'phase-0.bin'), 'not what phase-0.json describes', {
      expected,
      got,
    });
  }
  const { context } = phase;
  const streams = phase.sources.map(({ order, tokens, tokenBytes }) => {
    const files = typeof tokens === 'string' ? [{ path: tokens }] : tokens;
    const absolute = files.map((part) => ({ ...part, path: join(runFolder, part.path) }));
    return new SourceStream({ order: join(runFolder, order), tokens: absolute }, tokenBytes, context);
  });
  /** Windows that each source gave before window `at` of the run. */
  let given = new Float64Array(streams.length);
  let at = 0;

  return {
    phase,
    async read(from, count) {
      if (from < 0 || from + count > phase.windows) {
        const [expected, got] = [`windows 0 to ${phase.windows - 1}`, `${from} to ${from + count - 1}`];
        throw new AssayError(file, 'windows outside of the plan', { expected, got });
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
